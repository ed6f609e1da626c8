//! One rule on one binding: whether it fires, with what severity, and what an undecided one lacks.
use crate::condition::Condition;
use crate::evaluate::{Slot, View, in_force};
use crate::needs::{Need, Needs};
use crate::presume::{Fate, Settled, settle};
use crate::rules::{Rule, Says};
use crate::sheet::Sheet;
use crate::verdict::{LineList, Rank};
use shenfang_clinical::{Action, Severity};
use shenfang_order::Order;
use shenfang_units::Truth;

/// What policies in force on this sheet make of a rule.
#[derive(Clone, Copy, Default)]
pub(crate) struct Policy<'r> {
    /// the rule is off, or makes no finding
    pub silent: bool,
    pub severity: Option<Severity>,
    pub action: Option<Action>,
    /// the last that changed severity or action
    pub id: Option<&'r str>,
}

impl<'r> Policy<'r> {
    /// Folds the marks in force, later over earlier.
    pub fn of(says: &'r Says, sheet: &Sheet<'_, '_>) -> Policy<'r> {
        let mut policy = Policy::default();
        let mut enabled = says.enabled;
        for mark in &says.policy {
            let within = in_scope(&mark.scope, sheet);
            let over = mark.until.zip(sheet.today).is_some_and(|(until, today)| today > until);
            if !within || over {
                continue;
            }
            enabled = (enabled || mark.enable) && !mark.mute;
            policy.severity = mark.severity.or(policy.severity);
            policy.action = mark.action.or(policy.action);
            if mark.severity.is_some() || mark.action.is_some() {
                policy.id = Some(&mark.id);
            }
        }
        policy.silent = !enabled;
        policy
    }
}

/// Whether a policy speaks for the sheet's institution.
pub(crate) fn in_scope(scope: &[String], sheet: &Sheet<'_, '_>) -> bool {
    let id = sheet.rx.institution.id.as_deref();
    scope.is_empty() || id.is_some_and(|id| scope.iter().any(|known| known == id))
}

impl<'p> View<'_, 'p> {
    /// Truth of the whole rule.
    pub fn fires(&self, rule: &Rule) -> Truth {
        self.fires_by(rule, self.pattern(), &|condition| self.truth(condition))
    }

    /// The same, where the lines are members with this truth and `truth` says that of a condition; what is settled without one is not asked.
    pub fn fires_by(&self, rule: &Rule, pattern: Truth, truth: &dyn Fn(&Condition) -> Truth) -> Truth {
        let mut fires = pattern;
        if fires != Truth::False {
            fires = fires.and(in_force(&rule.says, self.sheet));
        }
        let exempt = rule.says.exempt.iter().map(|condition| (condition, true));
        for (condition, not) in rule.when.iter().map(|when| (when, false)).chain(exempt) {
            if fires == Truth::False {
                break;
            }
            let holds = truth(condition);
            fires = fires.and(if not { !holds } else { holds });
        }
        fires
    }

    /// Whether no exemption holds.
    pub fn not_exempt(&self, says: &Says) -> Truth {
        let exempt = says.exempt.iter().map(|c| self.truth(c));
        !exempt.fold(Truth::False, Truth::or)
    }

    /// Membership and relations of all variables.
    pub fn pattern(&self) -> Truth {
        let slots = self.slots.iter().map(|slot| match slot.line {
            None if !self.phantom() => Truth::False,
            _ => slot.truth,
        });
        slots.fold(Truth::True, Truth::and)
    }

    /// What keeps the rule undecided.
    fn rule_lacks(&self, rule: &Rule) -> Needs {
        let mut needs = Needs::default();
        if self.slots.iter().any(|slot| slot.line.is_none()) {
            needs.add(Need::CURRENT);
        }
        for (at, (slot, binding)) in self.slots.iter().zip(&rule.bindings).enumerate() {
            let from = slot
                .line
                .map(|l| self.sheet.comes_from(l, binding.origin, binding.within()));
            if from == Some(Truth::Unknown) {
                needs.add(Need::AUTHORED);
            }
            let before = self.slots.get(..at).unwrap_or(&[]);
            if let Some(relation) = &binding.relation {
                self.related(relation, before, slot, Some(&mut needs));
            }
        }
        if let Some(when) = &rule.when {
            self.lacks(when, &mut needs);
        }
        self.says_lacks(&rule.says, &mut needs);
        needs
    }

    /// What keeps exemptions and force of law undecided.
    pub fn says_lacks(&self, says: &Says, needs: &mut Needs) {
        for exempt in &says.exempt {
            self.lacks(exempt, needs);
        }
        if in_force(says, self.sheet) == Truth::Unknown {
            needs.add(Need::AUTHORED);
        }
    }

    /// The severity that is certain, raised by what is true.
    pub fn raised(&self, says: &Says, severity: Severity) -> Severity {
        let raised = says.raise.iter().filter(|(_, when)| self.truth(when) == Truth::True);
        raised.map(|(to, _)| *to).fold(severity, Severity::max)
    }

    /// The severity it could have.
    pub fn highest(&self, says: &Says, severity: Severity, policy: &Policy<'_>) -> Severity {
        let possible = says.raise.iter().filter(|(_, when)| self.truth(when) != Truth::False);
        let highest = possible.map(|(to, _)| *to).fold(severity, Severity::max);
        policy.severity.unwrap_or(highest)
    }

    /// Raises above the certain severity that are undecided: the highest of them, and what they lack.
    pub fn open_raise(&self, says: &Says, certain: Severity) -> Option<(Severity, Needs)> {
        let higher = says.raise.iter().filter(|(to, _)| *to > certain);
        let open: Vec<&(Severity, Condition)> = higher.filter(|(_, when)| self.truth(when) == Truth::Unknown).collect();
        let highest = open.iter().map(|(to, _)| *to).max()?;
        let mut needs = Needs::default();
        for (_, when) in open {
            self.lacks(when, &mut needs);
        }
        Some((highest, needs))
    }

    /// How far the rule gets on this binding; `None` when it does not fire.
    pub fn judge(&self, rule: &Rule, policy: &Policy<'_>) -> Option<Judged> {
        match self.fires(rule) {
            Truth::False => None,
            Truth::True => Some(Judged::Fires(self.raised(&rule.says, rule.says.severity))),
            Truth::Unknown => Some(self.settle_rule(rule, policy)),
        }
    }

    /// What becomes of an undecided rule once presumptions have spoken.
    pub fn settle_rule(&self, rule: &Rule, policy: &Policy<'_>) -> Judged {
        let highest = self.highest(&rule.says, rule.says.severity, policy);
        let settled = settle(self, &rule.says, highest, &|view| view.fires(rule), &|view| {
            view.rule_lacks(rule)
        });
        Judged::Open(highest, settled)
    }
}

/// What a rule came to on one binding that does not fail, with the severity that orders bindings of one set of lines.
#[derive(Clone, Debug)]
pub(crate) enum Judged {
    /// at the severity that is certain
    Fires(Severity),
    /// at the severity it could have
    Open(Severity, Settled),
}

impl Judged {
    /// How far it got, and the severity.
    pub fn rank(&self) -> (Rank, Severity) {
        match self {
            Judged::Fires(severity) => (Rank::Fires, *severity),
            Judged::Open(severity, settled) => match settled.fate {
                Fate::Presumed(_) => (Rank::Presumed, *severity),
                Fate::Undetermined | Fate::Gap => (Rank::Undetermined, *severity),
            },
        }
    }
}

/// Lines of a binding, ascending, phantoms left out.
pub(crate) fn lines_of(slots: &[Slot]) -> LineList {
    let mut lines: LineList = slots.iter().filter_map(|slot| slot.line).collect();
    lines.order();
    lines
}
