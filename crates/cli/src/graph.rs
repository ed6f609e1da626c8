//! `shenfang graph`: the knowledge graph for people and for plots.
use crate::{
    arguments::{Graph, GraphFormat},
    explain, load,
};
use shenfang::{
    Language,
    knowledge::{
        export::{self, View},
        graph::Node,
    },
};
use std::{io::Write, process::ExitCode};

/// Exit 2 when the name is not known or a rule could not be read.
pub fn run(arguments: &Graph) -> ExitCode {
    let loaded = load::rules(&arguments.rules, None, Language::Zh);
    let knowledge = loaded.rules.knowledge();
    let view = match &arguments.around {
        None => View::whole(knowledge),
        Some(name) => {
            let centre: Vec<Node> = knowledge.called(name).into_iter().map(Node::Concept).collect();
            if centre.is_empty() {
                load::complain(&explain::unknown(knowledge, name, Language::Zh));
                return ExitCode::from(2);
            }
            View::around(knowledge, &centre, arguments.depth)
        }
    };
    let text = match arguments.format {
        GraphFormat::Dot => export::dot(&view),
        GraphFormat::Json => export::json(&view),
        GraphFormat::Graphml => export::graphml(&view),
    };
    let written = std::io::stdout().write_all(text.as_bytes());
    ExitCode::from(u8::from(loaded.faulty || written.is_err()).saturating_mul(2))
}
