//! Colours and dash patterns. No meaning rests on colour alone: neighbours differ in dashes too.

/// Red, green and blue.
pub(super) type Rgb = (u8, u8, u8);

pub(super) const PAPER: Rgb = (0xFF, 0xFF, 0xFF);
/// Titles and names.
pub(super) const INK: Rgb = (0x1A, 0x1A, 0x1A);
/// Everything said in a lower voice; 8.9:1 on paper.
pub(super) const SOFT_INK: Rgb = (0x4A, 0x4A, 0x4A);
pub(super) const GRID: Rgb = (0xE4, 0xE4, 0xE4);
pub(super) const AXIS: Rgb = (0x8A, 0x8A, 0x8A);
/// Limits; 6.9:1 on paper, as their label has the colour of the line.
pub(super) const LIMIT: Rgb = (0x5A, 0x5A, 0x5A);
/// How much of a series' colour its shade has.
pub(super) const SHADE: f64 = 0.18;
/// The same of a stacked series.
pub(super) const STACK_SHADE: f64 = 0.34;
/// The ticks of failures.
pub(super) const FAILURE: Rgb = (0xD5, 0x5E, 0x00);

/// Told apart with every common colour blindness, and all at least 3:1 on paper.
const COLOURS: [Rgb; 6] = [
    (0x00, 0x72, 0xB2), // blue
    (0xD5, 0x5E, 0x00), // orange-red
    (0x00, 0x79, 0x5C), // green
    (0xC2, 0x56, 0x9A), // pink
    (0x6B, 0x5B, 0x00), // olive
    (0x1A, 0x1A, 0x1A), // near-black
];

/// On, off, on, off … in pixels of the 2x drawing; the first is unbroken.
const DASHES: [&[i32]; 6] = [&[], &[28, 10], &[10, 8], &[34, 8, 8, 8], &[18, 18], &[20, 8, 6, 8, 6, 8]];

pub(super) const LIMIT_DASH: &[i32] = &[8, 10];

/// How one series is told from the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Look {
    pub(super) colour: Rgb,
    pub(super) dash: &'static [i32],
}

/// The look of the series at `index`; the first 36 all differ.
pub(super) fn look(index: usize) -> Look {
    let round = index / COLOURS.len();
    Look { colour: COLOURS[index % COLOURS.len()], dash: DASHES[(index + round) % DASHES.len()] }
}

/// Cividis, from its light end: even in brightness and the same for common colour blindness.
const HEAT: [Rgb; 10] = [
    (0xFE, 0xE8, 0x38),
    (0xE1, 0xCC, 0x55),
    (0xC3, 0xB3, 0x69),
    (0xA5, 0x9C, 0x74),
    (0x8A, 0x86, 0x78),
    (0x70, 0x71, 0x73),
    (0x57, 0x5D, 0x6D),
    (0x3B, 0x49, 0x6C),
    (0x12, 0x35, 0x70),
    (0x00, 0x22, 0x4E),
];

/// The colour of a level of a heat map: light for little, dark for much.
pub(super) fn heat(level: u8, levels: u8) -> Rgb {
    let (level, parts) = (usize::from(level), usize::from(levels).saturating_sub(1).max(1));
    let along = level.min(parts) * (HEAT.len() - 1);
    let (low, rest) = (along / parts, along % parts);
    let (from, to) = (HEAT[low], HEAT[(low + 1).min(HEAT.len() - 1)]);
    let mix = |from: u8, to: u8| {
        let sum = usize::from(from) * (parts - rest) + usize::from(to) * rest;
        u8::try_from((sum + parts / 2) / parts).unwrap_or(u8::MAX)
    };
    (mix(from.0, to.0), mix(from.1, to.1), mix(from.2, to.2))
}
