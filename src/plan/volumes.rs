//! What an EBS volume comes to: its size, and the IOPS and throughput that are paid for beside it (PRC-66).

use super::builder::Builder;
use crate::catalog::charges::Charge;
use crate::cost::Part;
use crate::diag::{Code, Finding};
use crate::scenario::Volume;
use crate::units::MebiBytes;

/// What gp3 includes.
const GP3_IOPS: u32 = 3_000;
const GP3_MIBPS: u32 = 125;

/// What a GB of a kind of volume costs, and what each IOPS does from which number on: these bands are of each volume by itself.
type Kind = (Charge, &'static [(u32, Charge)]);

fn kind(name: &str) -> Kind {
    match name {
        "gp2" => (Charge::EbsGp2, &[]),
        "io1" => (Charge::EbsIo1, &[(0, Charge::EbsIo1Iops)]),
        "io2" => (
            Charge::EbsIo2,
            &[(0, Charge::EbsIo2Iops), (32_000, Charge::EbsIo2MoreIops), (64_000, Charge::EbsIo2MostIops)],
        ),
        "st1" => (Charge::EbsSt1, &[]),
        "sc1" => (Charge::EbsSc1, &[]),
        "standard" => (Charge::EbsStandard, &[]),
        _ => (Charge::EbsGp3, &[(GP3_IOPS, Charge::EbsGp3Iops)]),
    }
}

/// How much is above `from`, and no more than what reaches to the next band.
fn within(asked: u32, from: u32, next: Option<u32>) -> u32 {
    asked.min(next.unwrap_or(u32::MAX)).saturating_sub(from)
}

impl Builder<'_> {
    /// Adds what a volume is charged as; reports what no volume of its kind has.
    pub(super) fn volume(&mut self, path: &str, volume: &Volume, parts: &mut Vec<Part>) {
        let size = volume.size.unwrap_or(MebiBytes(30 * 1024));
        if size.0 == 0 || !size.0.is_multiple_of(1024) {
            let help = Some("write whole GiB: `size: 30 GiB`".to_owned());
            self.error(Code::OutOfRange, &format!("{path}.size"), "a volume has whole GiB", "its size", help);
        }
        let name = volume.kind.as_deref().unwrap_or("gp3");
        let (storage, bands) = kind(name);
        parts.push(Part { charge: storage, each: u64::from(size.0 / 1024) });
        self.sound_volume(path, name, bands, volume);
        for (row, (from, charge)) in bands.iter().enumerate() {
            let next = bands.get(row + 1).map(|(next, _)| *next);
            let each = within(volume.iops.unwrap_or(0), *from, next);
            if each > 0 {
                parts.push(Part { charge: *charge, each: each.into() });
            }
        }
        let more = volume.throughput.unwrap_or(0).saturating_sub(GP3_MIBPS);
        if name == "gp3" && more > 0 {
            parts.push(Part { charge: Charge::EbsGp3Throughput, each: more.into() });
        }
    }

    fn sound_volume(&mut self, path: &str, name: &str, bands: &[(u32, Charge)], volume: &Volume) {
        let is_gp3 = name == "gp3";
        if !is_gp3 && !bands.is_empty() && volume.iops.is_none() {
            let help = Some("add for example `iops: 3000`".to_owned());
            let message = format!("a volume of type {name} says how many IOPS it has");
            self.error(Code::MissingSetting, path, message, "how many?", help);
        }
        for (key, asked, least, has) in
            [("iops", volume.iops, GP3_IOPS, !bands.is_empty()), ("throughput", volume.throughput, GP3_MIBPS, is_gp3)]
        {
            let Some(asked) = asked else { continue };
            let place = format!("{path}.{key}");
            if !has {
                let finding =
                    Finding::error(Code::Contradiction, format!("a volume of type {name} has no `{key}` of its own"))
                        .at(self.tree.nearest_span(&place), "not of this kind")
                        .path(place)
                        .help(format!("leave `{key}` out, or write `type: gp3`"));
                self.findings.push(finding);
            } else if is_gp3 && asked < least {
                let message = format!("`{key}` of a gp3 volume is {least} at least: so much is included (PRC-66)");
                let help = Some(format!("leave it out, or write {least} or more"));
                self.error(Code::OutOfRange, &place, message, "too little", help);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 60,000 IOPS of an io2 volume are 32,000 and 28,000 (PRC-66); of 100,000 the last 36,000 are in the third band.
    #[test]
    fn bands_of_one_volume() {
        let of = |asked: u32| {
            let bands = kind("io2").1;
            let next = |row: usize| bands.get(row + 1).map(|(next, _)| *next);
            [0, 1, 2].map(|row| within(asked, bands[row].0, next(row)))
        };
        assert_eq!(
            (of(1_000), of(60_000), of(100_000)),
            ([1_000, 0, 0], [32_000, 28_000, 0], [32_000, 32_000, 36_000])
        );
        assert_eq!((within(3_000, GP3_IOPS, None), within(10_000, GP3_IOPS, None)), (0, 7_000));
    }
}
