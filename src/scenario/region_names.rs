//! What AWS's console calls its Regions.

/// A Region by its name in the console, such as `N. Virginia` or `Europe (Frankfurt)`.
const CALLED: [(&str, &str); 33] = [
    ("virginia", "us-east-1"),
    ("ohio", "us-east-2"),
    ("california", "us-west-1"),
    ("oregon", "us-west-2"),
    ("canada", "ca-central-1"),
    ("montreal", "ca-central-1"),
    ("calgary", "ca-west-1"),
    ("ireland", "eu-west-1"),
    ("dublin", "eu-west-1"),
    ("london", "eu-west-2"),
    ("paris", "eu-west-3"),
    ("frankfurt", "eu-central-1"),
    ("zurich", "eu-central-2"),
    ("stockholm", "eu-north-1"),
    ("milan", "eu-south-1"),
    ("spain", "eu-south-2"),
    ("mumbai", "ap-south-1"),
    ("hyderabad", "ap-south-2"),
    ("singapore", "ap-southeast-1"),
    ("sydney", "ap-southeast-2"),
    ("jakarta", "ap-southeast-3"),
    ("melbourne", "ap-southeast-4"),
    ("malaysia", "ap-southeast-5"),
    ("thailand", "ap-southeast-7"),
    ("tokyo", "ap-northeast-1"),
    ("seoul", "ap-northeast-2"),
    ("osaka", "ap-northeast-3"),
    ("hong kong", "ap-east-1"),
    ("paulo", "sa-east-1"),
    ("cape town", "af-south-1"),
    ("bahrain", "me-south-1"),
    ("uae", "me-central-1"),
    ("tel aviv", "il-central-1"),
];

/// The Region that is called so in the console, or after the city or land that it is in.
pub fn region_called(name: &str) -> Option<&'static str> {
    let plain = name.to_lowercase().replace(['-', '_'], " ").replace('ü', "u");
    let words = |text: &str| -> Vec<String> {
        let letters = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
        letters.map(ToOwned::to_owned).collect()
    };
    let own = words(&plain);
    let stands = |place: &str| own.windows(words(place).len()).any(|part| part == words(place));
    CALLED.iter().find(|(place, _)| stands(place)).map(|(_, region)| *region)
}

#[cfg(test)]
mod tests {
    use super::region_called;

    #[test]
    fn regions_are_known_by_their_places() {
        for (name, region) in [
            ("N. Virginia", "us-east-1"),
            ("US East (N. Virginia)", "us-east-1"),
            ("Frankfurt", "eu-central-1"),
            ("Europe (Zürich)", "eu-central-2"),
            ("hong-kong", "ap-east-1"),
            ("South America (São Paulo)", "sa-east-1"),
        ] {
            assert_eq!(region_called(name), Some(region), "{name}");
        }
        for other in ["eu-central-1", "us-east-1a", "Berlin", "", "parish"] {
            assert_eq!(region_called(other), None, "{other}");
        }
    }
}
