//! Typed ids and the tables they index: an instance's number can't be used where a task's is meant.

use std::marker::PhantomData;
use std::ops::{Index, IndexMut};

/// What every id can do.
pub trait Id: Copy {
    /// The id of row `row` of its table.
    fn from_row(row: usize) -> Self;
    /// The row this id stands for.
    fn row(self) -> usize;
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub u32);

        impl Id for $name {
            fn from_row(row: usize) -> Self {
                Self(u32::try_from(row).expect("a table holds fewer than 2^32 rows"))
            }
            fn row(self) -> usize {
                self.0 as usize
            }
        }
    )*};
}

ids! {
    /// An EC2 instance of the run. Given in the order of registration and never used again.
    InstanceId;
    /// A task that lives now. The row is used again after the task has stopped; its name is (source, ordinal).
    TaskId;
    /// What tasks come from: a service or an entry under `tasks:`.
    TaskSourceId;
    /// A service of the scenario.
    ServiceId;
    /// A task group (ECS-317).
    GroupId;
    /// A task definition of the scenario.
    TaskDefinitionId;
    /// A placement class: tasks with equal demand, chain, group and capacity.
    PlacementClassId;
    /// An Availability Zone of the scenario, in name order.
    ZoneId;
    /// An instance type as the scenario uses it (with its overrides).
    InstanceTypeId;
    /// A source of capacity; 0 is always the plain `instances`.
    ProviderId;
    /// A set of attributes that instances have in common.
    AttributeSetId;
    /// An attribute that some strategy spreads over, apart from the zone.
    SpreadKeyId;
    /// A capacity provider strategy over several providers.
    StrategyId;
    /// A subnet of the scenario, in name order.
    SubnetId;
}

/// Rows in one order, found by an id of their own kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table<I, T> {
    rows: Vec<T>,
    key: PhantomData<fn() -> I>,
}

impl<I, T> Default for Table<I, T> {
    fn default() -> Self {
        Self { rows: Vec::new(), key: PhantomData }
    }
}

impl<I: Id, T> Table<I, T> {
    /// An empty table.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a row and returns its id.
    pub fn push(&mut self, row: T) -> I {
        self.rows.push(row);
        I::from_row(self.rows.len() - 1)
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The rows with their ids, in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (I, &T)> {
        self.rows.iter().enumerate().map(|(row, value)| (I::from_row(row), value))
    }

    /// The rows with their ids, to be changed.
    pub fn iter_mut(&mut self) -> impl ExactSizeIterator<Item = (I, &mut T)> {
        self.rows.iter_mut().enumerate().map(|(row, value)| (I::from_row(row), value))
    }

    /// The ids, in order.
    pub fn ids(&self) -> impl ExactSizeIterator<Item = I> + use<I, T> {
        (0..self.rows.len()).map(I::from_row)
    }

    /// The rows alone.
    pub fn rows(&self) -> &[T] {
        &self.rows
    }

    /// A row, if there is one.
    pub fn get(&self, id: I) -> Option<&T> {
        self.rows.get(id.row())
    }
}

impl<I: Id, T> Index<I> for Table<I, T> {
    type Output = T;
    fn index(&self, id: I) -> &T {
        &self.rows[id.row()]
    }
}

impl<I: Id, T> IndexMut<I> for Table<I, T> {
    fn index_mut(&mut self, id: I) -> &mut T {
        &mut self.rows[id.row()]
    }
}

impl<I: Id, T> FromIterator<T> for Table<I, T> {
    fn from_iter<It: IntoIterator<Item = T>>(rows: It) -> Self {
        Self { rows: rows.into_iter().collect(), key: PhantomData }
    }
}
