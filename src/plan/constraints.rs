//! Placement constraints and strategies: from texts to what placement evaluates.

use super::builder::Builder;
use super::definitions::{ConstraintText, Definition};
use super::machines::{BUILT_IN, CAPABILITIES, OPTIONAL};
use crate::diag::{Code, Finding, Span};
use crate::placement::cql::{Expression, Subject, SyntaxError};
use crate::placement::{Requirements, Strategy};
use crate::scenario::{Constraint, Placement};
use crate::units::{Id, OperatingSystem, PlacementClassId, SpreadKeyId};
use std::collections::BTreeSet;

/// Most constraints of a task, those of its definition included (ECS-304).
const MOST_CONSTRAINTS: usize = 10;

/// An attribute name, with the finding's place.
struct Mentioned {
    name: String,
    place: Span,
    path: String,
}

/// What a task asks of an instance, with the expressions that have to be resolved once all groups are known.
pub(super) struct Asked {
    pub(super) requirements: Requirements,
    pub(super) expressions: Vec<Expression>,
}

impl Builder<'_> {
    /// What a task asks of its instance: by its definition and by the service or RunTask call at `path`.
    pub(super) fn asked(&mut self, path: &str, definition: Option<&Definition>, given: &[Constraint]) -> Option<Asked> {
        let mut texts: Vec<ConstraintText> = definition.map(|found| found.constraints.clone()).unwrap_or_default();
        let mut distinct_instance = false;
        for (row, constraint) in given.iter().enumerate() {
            let path = format!("{path}.placement_constraints[{row}]");
            distinct_instance |= constraint.distinct_instance == Some(true);
            if let Some(text) = &constraint.member_of {
                let path = format!("{path}.member_of");
                let span = self.tree.nearest_span(&path);
                texts.push(ConstraintText { text: text.clone(), span, path });
            }
        }
        let count = texts.len() + usize::from(distinct_instance);
        if count > MOST_CONSTRAINTS {
            let message = format!(
                "{count} constraints, those of the task definition included; {MOST_CONSTRAINTS} are allowed (ECS-304)"
            );
            let help = Some("join some of them with `and`".to_owned());
            self.error(Code::BadConstraint, &format!("{path}.placement_constraints"), message, "too many", help);
            return None;
        }
        let mut expressions = Vec::new();
        for text in &texts {
            expressions.push(self.expression(text)?);
        }
        let mut attributes = Vec::new();
        if let Some(definition) = definition {
            if definition.demand.interface {
                attributes.push(("ecs.capability.task-eni".to_owned(), None)); // ECS-129
            }
            if let Some(architecture) = definition.architecture.filter(|_| self.scenario.looks_at_architecture()) {
                attributes.push(("ecs.cpu-architecture".to_owned(), Some(architecture.attribute().to_owned())));
            }
            if self.asks_for_its_system(definition.operating_system) {
                let system = definition.operating_system.attribute();
                attributes.push(("ecs.os-type".to_owned(), Some(system.to_owned())));
            }
        }
        let member_of = self.resolved(&expressions);
        let requirements = Requirements { attributes, zones: None, member_of, distinct_instance };
        Some(Asked { requirements, expressions })
    }

    /// Whether the operating system of a task definition rules instances out (ECS-152): Linux does where there is
    /// another, so that nothing is asked of clusters where it could not matter.
    fn asks_for_its_system(&self, system: OperatingSystem) -> bool {
        let has_windows = || {
            let mut roles = self.cast.instance_types.rows().iter();
            roles.any(|role| role.operating_system == OperatingSystem::Windows)
        };
        system == OperatingSystem::Windows || has_windows()
    }

    /// The constraints of expressions, with the groups that are known by now.
    fn resolved(&self, expressions: &[Expression]) -> Vec<crate::placement::cql::Constraint> {
        let resolve = |expression: &Expression| {
            expression.resolve(self.cast.groups.iter().map(|(id, name)| (id, name.as_str()))).conjuncts()
        };
        expressions.iter().flat_map(resolve).collect()
    }

    /// Remembers the expressions of a class, to be resolved when all groups are known.
    pub(super) fn remember(&mut self, class: PlacementClassId, expressions: Vec<Expression>) {
        if !expressions.is_empty() {
            self.expressions.insert(class, expressions);
        }
    }

    /// All groups are known now: constraints that name groups are resolved anew.
    pub(super) fn resolve_constraints(&mut self) {
        for (class, expressions) in std::mem::take(&mut self.expressions) {
            self.classes[class].requirements.member_of = self.resolved(&expressions);
        }
    }

    fn expression(&mut self, text: &ConstraintText) -> Option<Expression> {
        match Expression::parse(&text.text) {
            Ok(expression) => {
                self.check_attributes(text, &expression);
                Some(expression)
            }
            Err(SyntaxError { at, message, help }) => {
                let place = self.within(text, at.start, at.end);
                let mut finding = Finding::error(Code::BadConstraint, message).at(place, "here").path(&text.path);
                if let Some(help) = help {
                    finding = finding.help(help);
                }
                self.findings.push(finding);
                None
            }
        }
    }

    /// The place of a part of an expression, or of the whole where it is written with escapes.
    fn within(&self, text: &ConstraintText, start: usize, end: usize) -> Span {
        let written = &self.sources.text(text.span.source)[text.span.start..text.span.end];
        match written.find(&text.text) {
            Some(offset) => {
                let first = text.span.start + offset;
                Span::new(text.span.source, first + start, first + end.max(start))
            }
            None => text.span,
        }
    }

    /// Attributes that no instance has are surely not meant (SEED-82).
    fn check_attributes(&mut self, text: &ConstraintText, expression: &Expression) {
        let mentioned: Vec<Mentioned> = expression
            .attributes()
            .map(|(name, at)| Mentioned {
                name: name.to_owned(),
                place: self.within(text, at.start, at.end),
                path: text.path.clone(),
            })
            .collect();
        for one in mentioned {
            self.check_attribute(&one);
        }
        self.check_values(text, expression);
    }

    /// Values that no instance has for an attribute that some have: misspelt, as a rule.
    fn check_values(&mut self, text: &ConstraintText, expression: &Expression) {
        if !self.capacity_is_known {
            return;
        }
        for mention in expression.mentions() {
            let Subject::Attribute(name) = &mention.subject else { continue };
            let known: BTreeSet<String> =
                self.attributes.rows().iter().filter_map(|set| set.get(name).cloned()).collect();
            for (value, at) in mention.values.iter().filter(|(value, _)| !known.contains(value)) {
                let Some(some) = known.first() else { continue }; // that none has the attribute was said
                let all: Vec<&str> = known.iter().take(5).map(String::as_str).collect();
                let help = match crate::diag::nearest(value, known.iter().map(String::as_str)) {
                    Some(nearest) => format!("did you mean `{nearest}`?"),
                    None if known.len() == 1 => format!("all instances have `{some}`"),
                    None => format!("instances have `{}`", all.join("`, `")),
                };
                let message = format!("no instance has `{value}` for `{name}`");
                let place = self.within(text, at.start, at.end);
                let finding = Finding::warning(Code::NoSuchValue, message).at(place, "no instance has it");
                self.findings.push(finding.path(&text.path).help(help));
            }
        }
    }

    fn check_attribute(&mut self, one: &Mentioned) {
        let known: BTreeSet<&str> = self
            .attributes
            .rows()
            .iter()
            .flat_map(|set| set.keys().map(String::as_str))
            .chain(BUILT_IN)
            .chain(CAPABILITIES)
            .chain(OPTIONAL)
            .collect();
        if known.contains(one.name.as_str()) || self.attributes.is_empty() {
            return;
        }
        let nearest = crate::diag::nearest(&one.name, known.iter().copied()).map(ToOwned::to_owned);
        let help = match nearest {
            Some(nearest) => format!("did you mean `{nearest}`?"),
            None => "give instances `attributes`, or leave it out".to_owned(),
        };
        let message = format!("no instance has an attribute `{}`", one.name);
        let finding = if one.name.starts_with("ecs.") {
            Finding::error(Code::UnknownReference, message)
        } else {
            Finding::warning(Code::UnknownReference, message)
        };
        self.findings.push(finding.at(one.place, "not found").path(&one.path).help(help));
    }

    /// The strategies written at a path, or those that hold without any.
    pub(super) fn chain(&mut self, path: &str, placement: Option<&[Placement]>, default: &[Strategy]) -> Vec<Strategy> {
        let Some(placement) = placement else { return default.to_vec() };
        let mut chain = Vec::new();
        for (row, item) in placement.iter().enumerate() {
            chain.push(self.one_strategy(&format!("{path}.placement[{row}]"), item));
        }
        chain
    }

    fn one_strategy(&mut self, path: &str, item: &Placement) -> Strategy {
        let Placement::Field(fields) = item else { return Strategy::Random };
        match fields.first_key_value().map(|(kind, field)| (kind.as_str(), field.as_str())) {
            Some(("binpack", "cpu")) => Strategy::BinpackCpu,
            Some(("binpack", _)) => Strategy::BinpackMemory,
            Some((_, "instance_id" | "instanceId" | "host")) => Strategy::SpreadInstance,
            Some((_, "availability_zone" | "attribute:ecs.availability-zone")) => Strategy::SpreadZone,
            Some((_, field)) => self.spread(&format!("{path}.spread"), field),
            None => Strategy::Random,
        }
    }

    /// `spread` over an attribute.
    fn spread(&mut self, path: &str, field: &str) -> Strategy {
        let Some(name) = field.strip_prefix("attribute:").filter(|name| !name.is_empty()) else {
            let known = ["availability_zone", "attribute:ecs.availability-zone", "instance_id", "instanceId", "host"];
            let with_prefix = format!("attribute:{field}");
            let help = match crate::diag::nearest(field, known.iter().copied()) {
                Some(nearest) => format!("did you mean `{nearest}`? Any attribute is written `{with_prefix}`"),
                None => format!("it is `availability_zone`, `instance_id` or an attribute: `{with_prefix}`"),
            };
            let message = format!("tasks can't be spread over `{field}` (ECS-311)");
            self.error(Code::UnknownKeyword, path, message, "not a field of spread", Some(help));
            return Strategy::SpreadInstance;
        };
        let place = self.tree.nearest_span(path);
        self.check_attribute(&Mentioned { name: name.to_owned(), place, path: path.to_owned() });
        let known = self.spreads.iter().position(|known| known == name);
        let row = known.unwrap_or_else(|| {
            self.spreads.push(name.to_owned());
            self.spreads.len() - 1
        });
        Strategy::SpreadAttribute(SpreadKeyId::from_row(row))
    }
}
