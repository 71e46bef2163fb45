//! Shares of a whole number, exact whatever the product.

/// `a * b / divisor` and what remains, exact whatever the product; `b` is at most `divisor`, and that is below 2^126.
pub(crate) fn times_share(a: u128, b: u128, divisor: u128) -> (u128, u128) {
    if let Some(product) = a.checked_mul(b) {
        return (product / divisor, product % divisor);
    }
    // bit by bit from the top: so far the product is `quotient * divisor + rest`
    let (mut quotient, mut rest) = (0, 0);
    for bit in (0..u128::BITS - a.leading_zeros()).rev() {
        quotient *= 2;
        rest *= 2;
        if (a >> bit) & 1 == 1 {
            rest += b;
        }
        while rest >= divisor {
            rest -= divisor;
            quotient += 1;
        }
    }
    (quotient, rest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// Long multiplication and division, against those of the machine where these suffice.
        #[test]
        fn products_beyond_128_bits(a in 0..u128::from(u64::MAX), b in 0..u128::from(u64::MAX), more in 1..1_u128 << 60) {
            let divisor = b + more;
            let by_bits = {
                // the same by parts of 32 bits of a: each product fits
                let (mut quotient, mut rest) = (0, 0);
                for part in (0..4).rev().map(|part| (a >> (32 * part)) & 0xFFFF_FFFF) {
                    let sum = (rest << 32) + part * b;
                    quotient = (quotient << 32) + sum / divisor;
                    rest = sum % divisor;
                }
                (quotient, rest)
            };
            prop_assert_eq!(times_share(a, b, divisor), by_bits);
            // (a x 2^60) x b / divisor beyond 128 bits: quotient and rest put together are the product again, modulo 2^128
            let large = a << 60;
            let (quotient, rest) = times_share(large, b, divisor);
            prop_assert!(rest < divisor);
            prop_assert_eq!(quotient.wrapping_mul(divisor).wrapping_add(rest), large.wrapping_mul(b));
        }
    }
}
