//! The catalogue itself, part of the program.

use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use unic_langid::LanguageIdentifier;

use super::Lang;

type Bundle = FluentBundle<FluentResource>;

static PORTUGUESE: LazyLock<Bundle> = LazyLock::new(|| bundle(Lang::Portuguese));
static ENGLISH: LazyLock<Bundle> = LazyLock::new(|| bundle(Lang::English));

/// The catalogue's text for `lang`.
pub(super) const fn source(lang: Lang) -> &'static str {
    match lang {
        Lang::Portuguese => concat!(
            include_str!("pt-BR.ftl"),
            include_str!("page.pt-BR.ftl"),
            include_str!("said.pt-BR.ftl")
        ),
        Lang::English => concat!(
            include_str!("en.ftl"),
            include_str!("page.en.ftl"),
            include_str!("said.en.ftl")
        ),
    }
}

/// What the help says in Portuguese; its English is that of the options themselves.
pub(super) const HELP: &str = include_str!("help.pt-BR.ftl");

static HELP_BUNDLE: LazyLock<Bundle> = LazyLock::new(|| bundle_of(Lang::Portuguese, HELP));

/// The text `id` of the help in Portuguese, filled with `values`.
pub(crate) fn help(id: &str, values: &[(&str, &str)]) -> Option<String> {
    let mut args = FluentArgs::with_capacity(values.len());
    for (name, value) in values {
        args.set(*name, FluentValue::from(*value));
    }
    let bundle = &*HELP_BUNDLE;
    let pattern = bundle.get_message(id)?.value()?;
    let mut errors = Vec::new();
    let text = bundle.format_pattern(pattern, Some(&args), &mut errors);
    Some(text.into_owned())
}

/// The message `id` in `lang`, filled with `args`; the bare id where the catalogue has none, which a test rules out.
pub(super) fn format(lang: Lang, id: &str, args: &FluentArgs) -> String {
    let bundle = match lang {
        Lang::Portuguese => &*PORTUGUESE,
        Lang::English => &*ENGLISH,
    };
    let message = bundle.get_message(id);
    let Some(pattern) = message.and_then(|message| message.value()) else {
        return id.to_owned();
    };
    let mut errors = Vec::new();
    let text = bundle.format_pattern(pattern, Some(args), &mut errors);
    text.into_owned()
}

fn bundle(lang: Lang) -> Bundle {
    bundle_of(lang, source(lang))
}

fn bundle_of(lang: Lang, source: &str) -> Bundle {
    let tag: LanguageIdentifier = lang.tag().parse().unwrap_or_default();
    let mut bundle = Bundle::new_concurrent(vec![tag]);
    // The marks would be seen on consoles that do not know them, and both languages run one way.
    bundle.set_use_isolating(false);
    // The name is there once only, and a test finds a message that lacks it.
    let _ = bundle.add_function("NUMBER", move |values, _| number(lang, values));
    // What is wrong in the text is left out, and a test finds it.
    let resource = FluentResource::try_new(source.to_owned());
    bundle.add_resource_overriding(resource.unwrap_or_else(|(read, _)| read));
    bundle
}

/// A number as `lang` writes it.
fn number<'a>(lang: Lang, values: &[FluentValue<'a>]) -> FluentValue<'a> {
    match values {
        [FluentValue::Number(number)] => FluentValue::from(lang.grouped(&number.as_string())),
        _ => FluentValue::Error,
    }
}
