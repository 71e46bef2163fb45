//! How fast Fargate launches tasks in a Region, and how much a new account may run.

/// How fast tasks are launched on Fargate. On-demand and Spot have a bucket each, of the same size (ECS-811, ECS-812).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LaunchRate {
    /// Tasks that the scheduler launches for one service in a minute (ECS-809).
    pub service_per_minute: u32,
    /// Tasks that an account can launch at once in the Region: what the bucket holds (ECS-811).
    pub burst: u32,
    /// Tasks by which the bucket is refilled each second (ECS-811).
    pub refill_per_second: u32,
}

/// vCPUs that a new account may run at once on Fargate, on-demand and on Spot each; more on request, and with time
/// (ECS-814).
pub const NEW_ACCOUNT_VCPUS: u32 = 6;

/// The Regions with the greater rates, as AWS's General Reference lists them, one list for all three rates (ECS-809,
/// ECS-811; "Amazon ECS endpoints and quotas", read in November 2026).
const LARGE_REGIONS: [&str; 16] = [
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-south-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "ca-central-1",
    "eu-central-1",
    "eu-north-1",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "sa-east-1",
];

/// How fast Fargate launches tasks in a Region. Each Region that AWS does not list has the smaller rates, one that is
/// not known here too.
pub fn launch_rate(region: &str) -> LaunchRate {
    if LARGE_REGIONS.contains(&region) {
        LaunchRate { service_per_minute: 500, burst: 100, refill_per_second: 20 }
    } else {
        LaunchRate { service_per_minute: 125, burst: 25, refill_per_second: 5 }
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::regions as ec2_regions;
    use super::*;

    /// ECS-809, ECS-811.
    #[test]
    fn large_regions_launch_faster() {
        let of = |region| {
            let rate = launch_rate(region);
            (rate.service_per_minute, rate.burst, rate.refill_per_second)
        };
        for region in ["us-east-1", "eu-west-1", "sa-east-1", "ap-south-1"] {
            assert_eq!(of(region), (500, 100, 20), "{region}");
        }
        for region in ["ap-east-1", "eu-south-1", "af-south-1", "me-south-1", "us-gov-west-1", "ap-northeast-3"] {
            assert_eq!(of(region), (125, 25, 5), "{region}");
        }
        let known = ec2_regions();
        assert!(LARGE_REGIONS.iter().all(|region| known.contains(region)));
    }
}
