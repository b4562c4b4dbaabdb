//! What each route takes: the roots of the vendor's collection, and those that the predecessor of this tool sent there.

use super::document::Seen;

/// A root, in small letters, and the models that a document's key must have; none: any.
type Root = (&'static str, &'static [&'static str]);

const ANY: &[&str] = &[];
const NFE_EVENT: Root = ("proceventonfe", ANY);
const CTE: [Root; 3] = [("cteproc", ANY), ("ctesimpproc", ANY), ("cteprocsimp", ANY)];
const CANCELLED_CFE: Root = ("cfecanc", ANY);

const ROUTES: &[(&str, &[Root])] = &[
    ("importarxmlnfearray", &[("nfeproc", ANY), NFE_EVENT]),
    ("importarxmlnfeeventarray", &[NFE_EVENT]),
    ("importarxmlctearray", &CTE),
    ("importarxmlcteeventarray", &[("proceventocte", &["57"])]),
    (
        "importarxmlcteosarray",
        &[
            CTE[0],
            CTE[1],
            CTE[2],
            ("cteosproc", ANY),
            ("proceventocte", ANY),
        ],
    ),
    ("importarxmlcteoseventarray", &[("proceventocte", &["67"])]),
    ("importarxmlcfearray", &[("cfe", ANY), CANCELLED_CFE]),
    ("importarxmlcfeeventarray", &[CANCELLED_CFE]),
];

/// Whether there is a route of that name.
pub(super) fn exists(route: &str) -> bool {
    ROUTES.iter().any(|(name, _)| *name == route)
}

/// Whether `route` takes a document like `seen`.
pub(super) fn takes(route: &str, seen: &Seen) -> bool {
    let model = seen.key.get(20..22).unwrap_or_default();
    let roots = ROUTES.iter().find(|(name, _)| *name == route);
    roots.is_some_and(|(_, roots)| {
        roots.iter().any(|(root, models)| {
            *root == seen.root && (models.is_empty() || models.contains(&model))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const CTE: &str = "35230577888999000181570010000000111000871090";
    const CTE_OS: &str = "35230577888999000181670010000000131001029471";

    /// Bug: an event of a CT-e OS was taken by the route of a CT-e's, and the other way round.
    #[test]
    fn the_model_in_the_key_decides_where_an_event_of_a_cte_goes() {
        let event = |key: &str| Seen {
            root: "proceventocte".to_owned(),
            key: key.to_owned(),
            identity: key.to_owned(),
            follows: None,
            issuer: String::new(),
            issued: String::new(),
        };
        for (route, cte, cte_os) in [
            ("importarxmlcteeventarray", true, false),
            ("importarxmlcteoseventarray", false, true),
            // The predecessor's: all of them.
            ("importarxmlcteosarray", true, true),
            ("importarxmlctearray", false, false),
            ("importarxmlnfeeventarray", false, false),
            ("importarxmlnothing", false, false),
        ] {
            let taken = (takes(route, &event(CTE)), takes(route, &event(CTE_OS)));
            assert_eq!(taken, (cte, cte_os), "{route}");
        }
    }
}
