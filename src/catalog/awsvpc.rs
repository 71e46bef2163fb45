//! How many tasks in `awsvpc` mode fit the network interfaces of an instance, without and with trunking.

use super::InstanceType;

/// Families that AWS names as refused for trunking. The table has figures of an older page for some; the refusal
/// wins (ECS-212).
const NO_TRUNK_FAMILIES: [&str; 16] = [
    "c5n", "d3", "d3en", "g3", "g3s", "g4dn", "i3", "i3en", "inf1", "m5n", "m5dn", "m5zn", "r5b", "r5n", "r5dn", "z1d",
];

/// Types that AWS names as refused for trunking, in families that are not (ECS-212).
const NO_TRUNK_TYPES: [&str; 6] = ["c5a.8xlarge", "m5.metal", "r5.8xlarge", "r5.metal", "c5.metal", "a1.metal"];

/// The type of 64 interfaces of which AWS says that it takes one `awsvpc` task (ECS-210).
const TAKES_ONE: &str = "p5.48xlarge";

/// The greatest number of interfaces at which "all but the primary one" has been checked (ECS-210).
const MOST_CHECKED_ENIS: u32 = 15;

impl InstanceType {
    /// Whether `awsvpc` tasks can share a trunk on it: the table has a limit and AWS does not refuse it (ECS-212).
    pub fn trunking_supported(&self) -> bool {
        self.trunk.is_some() && !self.trunking_refused()
    }

    fn trunking_refused(&self) -> bool {
        NO_TRUNK_FAMILIES.contains(&self.family_and_size().0) || NO_TRUNK_TYPES.contains(&self.name)
    }

    /// How many `awsvpc` tasks an instance takes. Without trunking each takes an interface, and the primary one is
    /// used up (ECS-210); with it the table's limit holds (ECS-211), where trunking is supported.
    ///
    /// `trunking`: the account setting was on when the instance was launched, and it runs Linux (ECS-211).
    pub fn awsvpc_tasks(&self, trunking: bool) -> u32 {
        match self.trunk {
            Some(limit) if trunking && self.trunking_supported() => limit.tasks,
            _ if self.name == TAKES_ONE => 1,
            _ => self.max_enis.saturating_sub(1),
        }
    }

    /// Whether [`awsvpc_tasks`](Self::awsvpc_tasks) is a rule carried on to where nobody has checked it, so that
    /// whoever relies on it should be told: types with more than 15 interfaces, mostly with several network cards,
    /// unless the figure is AWS's own (ECS-210).
    pub fn awsvpc_limit_is_uncertain(&self, trunking: bool) -> bool {
        let published = match self.trunk {
            Some(limit) if trunking && self.trunking_supported() => limit.published,
            _ => self.name == TAKES_ONE,
        };
        self.max_enis > MOST_CHECKED_ENIS && !published
    }
}

#[cfg(test)]
mod tests {
    use super::super::{instance_type, instance_type_names};
    use super::*;

    /// The families times the sizes of one row of the table in ECS-212.
    fn types(families: &str, sizes: &str) -> Vec<InstanceType> {
        let names = families.split(' ').flat_map(|family| sizes.split(' ').map(move |size| format!("{family}.{size}")));
        names.map(|name| instance_type(&name).unwrap_or_else(|| panic!("{name}"))).collect()
    }

    /// What the row says of its types: tasks without and with trunking.
    fn row(families: &str, sizes: &str, without: u32, with: Option<u32>) {
        for kind in types(families, sizes) {
            assert_eq!(kind.awsvpc_tasks(false), without, "{} without trunking", kind.name);
            assert_eq!(kind.trunking_supported(), with.is_some(), "{}", kind.name);
            assert_eq!(kind.awsvpc_tasks(true), with.unwrap_or(without), "{} with trunking", kind.name);
            assert!(!kind.awsvpc_limit_is_uncertain(false) && !kind.awsvpc_limit_is_uncertain(true), "{}", kind.name);
        }
    }

    /// ECS-212, the rows of the types without trunking.
    #[test]
    fn ecs_212_small_and_old_types() {
        row("t2 t3 t3a t4g", "nano micro", 1, None);
        row("t3a", "small", 1, None);
        row("t2", "small medium large xlarge 2xlarge", 2, None);
        row("t3 t4g", "small medium large", 2, None);
        row("t3a", "medium large", 2, None);
        row("t3 t3a t4g", "xlarge 2xlarge", 3, None);
        row("m4", "large", 1, None);
        row("m4", "xlarge 2xlarge", 3, None);
    }

    /// ECS-212, general purpose.
    #[test]
    fn ecs_212_general_purpose() {
        let families = "m5 m5a m5d m6i m6a m7i m7a m7g m8g";
        row(families, "large", 2, Some(10));
        row(families, "xlarge", 3, Some(20));
        row(families, "2xlarge", 3, Some(40));
        row(families, "4xlarge", 7, Some(60));
        row("m5 m5a m5d m6g m7g m8g", "8xlarge 12xlarge", 7, Some(60));
        row("m6i m6a m7i m7a", "8xlarge", 7, Some(90));
        row("m6i m6a m7i m7a", "12xlarge", 7, Some(120));
        row("m5 m6i m7i m7g", "16xlarge", 14, Some(120));
        row("m5 m6i m7i", "24xlarge", 14, Some(120));
        row("m6g m7g m8g c6g c7g c8g r6g r7g", "medium", 1, Some(4));
    }

    /// ECS-212, the flex families.
    #[test]
    fn ecs_212_flex() {
        for (size, without, with) in
            [("large", 2, 4), ("xlarge", 3, 10), ("2xlarge", 3, 20), ("4xlarge", 7, 40), ("8xlarge", 7, 60)]
        {
            row("m7i-flex c7i-flex", size, without, Some(with));
        }
    }

    /// ECS-212, compute and memory.
    #[test]
    fn ecs_212_compute_and_memory() {
        for (size, without, with) in [("large", 2, 10), ("xlarge", 3, 20), ("2xlarge", 3, 40), ("4xlarge", 7, 60)] {
            row("c5 c5a c5d c6i c6a c6g c7i c7a c7g", size, without, Some(with));
            row("r5 r5a r6i r6a r6g r7g", size, without, Some(with));
        }
        row("c5", "9xlarge 12xlarge", 7, Some(60));
        row("c5", "18xlarge 24xlarge", 14, Some(120));
        row("c6i c6a c7i c7a", "8xlarge", 7, Some(90));
        row("c6i c6a c7i c7a", "12xlarge", 7, Some(120));
    }

    /// ECS-212, types with GPUs.
    #[test]
    fn ecs_212_gpus() {
        for (size, without, with) in [("xlarge", 3, 6), ("2xlarge", 3, 19), ("4xlarge", 7, 40), ("8xlarge", 7, 90)] {
            row("g5", size, without, Some(with));
        }
        for (size, without, with) in [("2xlarge", 3, 40), ("8xlarge", 7, 60), ("16xlarge", 7, 120)] {
            row("p3", size, without, Some(with));
        }
    }

    /// ECS-212: the refusal wins over a figure of an older page, which the table has for 15 types.
    #[test]
    fn ecs_212_refused_types_have_no_trunk() {
        let all: Vec<_> = instance_type_names().filter_map(instance_type).collect();
        let overruled: Vec<_> = all.iter().filter(|kind| kind.trunk.is_some() && !kind.trunking_supported()).collect();
        assert_eq!(overruled.len(), 15); // m5n 7 sizes, m5zn 5, and one of c5a, r5b and r5dn each
        for kind in &overruled {
            assert_eq!(kind.awsvpc_tasks(true), kind.max_enis - 1, "{}", kind.name);
        }
        row("m5n", "large", 2, None); // 3 interfaces; the older page has 10 tasks
        row("c5a", "8xlarge", 7, None); // 8 interfaces; the older page has 60 tasks
        row("c5a", "12xlarge", 7, Some(60)); // its neighbour is not refused
        row("i3", "large", 2, None);
        row("r5", "8xlarge", 7, None);
        for family in NO_TRUNK_FAMILIES {
            let members: Vec<_> = all.iter().filter(|kind| kind.family_and_size().0 == family).collect();
            assert!(!members.is_empty() && members.iter().all(|kind| !kind.trunking_supported()), "{family}");
        }
        assert!(NO_TRUNK_TYPES.iter().all(|name| !instance_type(name).unwrap().trunking_supported()));
    }

    /// ECS-210: c5.large has 3 interfaces and takes 2 tasks; p5.48xlarge has 64 and takes one; beyond 15 interfaces
    /// the rule is a guess, which is said of 236 types less p5.48xlarge.
    #[test]
    fn ecs_210_all_but_the_primary_interface() {
        let named = |name| instance_type(name).unwrap();
        assert_eq!((named("c5.large").max_enis, named("c5.large").awsvpc_tasks(false)), (3, 2));
        assert_eq!((named("p5.48xlarge").max_enis, named("p5.48xlarge").awsvpc_tasks(false)), (64, 1));
        assert!(!named("p5.48xlarge").awsvpc_limit_is_uncertain(false));
        assert_eq!(named("p5en.48xlarge").awsvpc_tasks(false), 63);
        let uncertain = |trunking| {
            let all = instance_type_names().filter_map(instance_type);
            all.filter(|kind| kind.awsvpc_limit_is_uncertain(trunking)).count()
        };
        assert_eq!(uncertain(false), 236 - 1);
        assert_eq!(uncertain(true), 236 - 15); // AWS publishes the trunk limit of 15 of them
    }
}
