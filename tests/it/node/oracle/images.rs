//! The images of random pods: one for each thing that USER can say.

use crate::node::{Cluster, Image};

/// An image by its USER.
#[derive(Clone, Copy, Debug)]
pub(super) struct UserImage {
    /// What a pod calls it.
    pub(super) name: &'static str,
    /// USER; none if empty.
    user: &'static str,
}

/// Of which `app` is in the group `extra` by the image's `/etc/group`, and 12345 is unknown to it.
pub(super) const IMAGES: [UserImage; 9] = [
    UserImage { name: "podaudit.test/oracle:none", user: "" },
    UserImage { name: "podaudit.test/oracle:zero", user: "0" },
    UserImage { name: "podaudit.test/oracle:root", user: "root" },
    UserImage { name: "podaudit.test/oracle:number", user: "1000" },
    UserImage { name: "podaudit.test/oracle:name", user: "app" },
    UserImage { name: "podaudit.test/oracle:name-and-group", user: "app:extra" },
    UserImage { name: "podaudit.test/oracle:number-and-group", user: "65534:3000" },
    UserImage { name: "podaudit.test/oracle:unlisted", user: "12345" },
    UserImage { name: "podaudit.test/oracle:root-and-group", user: "0:1000" },
];

/// Brings all of them to the node.
pub(super) fn import(cluster: &Cluster) -> anyhow::Result<()> {
    for UserImage { name, user } in IMAGES {
        let image = Image::named(name);
        let image = if user.is_empty() { image } else { image.with("user", user) };
        cluster.import(&image)?;
    }
    Ok(())
}
