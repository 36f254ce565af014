//! The image: built without an engine, pushed to a real registry (Debian's docker-registry), and
//! read again from there. What is in it is a stand-in: the static binary takes minutes to build, and
//! `just release-check` looks at that.

use std::collections::BTreeMap;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::Context;
use libtest_mimic::Trial;
use serde_json::{Value, json};

use crate::deploy::output;
use crate::support::api::wait_for;
use crate::support::command::isolated;
use crate::support::{Outcome, ensure, requires};

pub(crate) fn trials() -> Vec<Trial> {
    let missing = requires::on_path("go").or(requires::on_path("docker-registry"));
    vec![requires::trial(missing, in_a_registry)]
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A registry on loopback, gone with this value.
struct Registry {
    process: Child,
    address: String,
    folder: PathBuf,
}

impl Registry {
    fn start(folder: &Path) -> anyhow::Result<Self> {
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?.to_string();
        let config = json!({
            "version": 0.1,
            "storage": {"filesystem": {"rootdirectory": folder.join("registry")}},
            "http": {"addr": address},
        });
        let file = folder.join("registry.yml");
        std::fs::write(&file, config.to_string())?;
        // Its configuration could also come from the environment (REGISTRY_…).
        let process = isolated("docker-registry", folder)
            .arg("serve")
            .arg(&file)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .context("unable to start docker-registry")?;
        let registry = Self { process, address, folder: folder.to_owned() };
        wait_for("the registry", || Ok(registry.get("").ok())).map(|_| registry)
    }

    /// What is at this path below `/v2/`, whatever its media type.
    fn get(&self, path: &str) -> anyhow::Result<Vec<u8>> {
        let url = format!("http://{}/v2/{path}", self.address);
        let types = ["manifest", "index"].map(|t| format!("application/vnd.oci.image.{t}.v1+json"));
        let mut curl = isolated("curl", &self.folder);
        let accept = format!("Accept: {}", types.join(", "));
        let run = curl.args(["--silent", "--fail", "--header", &accept, &url]).output()?;
        ensure!(run.status.success(), "unable to read {url}");
        Ok(run.stdout)
    }

    fn json(&self, path: &str) -> anyhow::Result<Value> {
        Ok(serde_json::from_slice(&self.get(path)?)?)
    }
}

impl Drop for Registry {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn text(value: &Value) -> anyhow::Result<&str> {
    value.as_str().with_context(|| format!("not a text: {value}"))
}

/// What the Containerfile says, by instruction; labels by their name.
fn containerfile() -> anyhow::Result<BTreeMap<String, String>> {
    let file = std::fs::read_to_string(root().join("release/Containerfile"))?;
    let lines = file.lines().filter(|line| !line.starts_with('#'));
    let instructions = lines.filter_map(|line| line.split_once(' ')).map(|(name, rest)| {
        match (name, rest.split_once('=')) {
            ("LABEL", Some((label, value))) => {
                (label.to_owned(), value.trim_matches('"').to_owned())
            }
            _ => (name.to_owned(), rest.to_owned()),
        }
    });
    Ok(instructions.collect())
}

/// Instead of the binary.
const CONTENT: &str = "a program";

fn build(out: &Path, sbom: &Path) -> Outcome {
    let binary = sbom.with_file_name("binary");
    std::fs::write(&binary, CONTENT)?;
    let binary = binary.to_str().context("path")?;
    let tool = output(&mut Command::new(root().join("release/image/build")))?;
    let program = PathBuf::from(tool.trim_end()).join("image");
    let mut command = isolated(program, sbom.parent().context("no folder")?);
    command.arg("build").arg(out).args(["$VERSION", "$REVISION", "1767225600"]).arg(sbom);
    command.args(["amd64", "arm64"].map(|on| format!("linux/{on}={binary}")));
    output(&mut command).map(drop)
}

fn in_a_registry() -> Outcome {
    let folder = tempfile::tempdir()?;
    let (one, two) = (folder.path().join("one"), folder.path().join("two"));
    let sbom = folder.path().join("sbom.json");
    std::fs::write(&sbom, r#"{"bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1}"#)?;
    build(&one, &sbom)?;
    build(&two, &sbom)?;
    let top = |layout: &Path| std::fs::read_to_string(layout.join("index.json"));
    ensure!(top(&one)? == top(&two)?, "two builds differ");

    let registry = Registry::start(folder.path())?;
    let tool = output(&mut Command::new(root().join("release/image/build")))?;
    let program = PathBuf::from(tool.trim_end()).join("image");
    let mut push = isolated(program, folder.path());
    let reference = format!("{}/podaudit:test", registry.address);
    let pushed = output(push.arg("push").arg(&one).arg(&reference))?;
    let digest = pushed.trim_end().rsplit_once('@').context("no digest")?.1;

    let index = registry.json(&format!("podaudit/manifests/{digest}"))?;
    let platforms = index["manifests"].as_array().context("no platforms")?;
    ensure!(platforms.len() == 2, "{index}");
    for platform in platforms {
        image(&registry, platform, folder.path())?;
    }
    ensure!(registry.json("podaudit/manifests/test")? == index, "the tag is another image");

    // This registry does not know referrers: they are where the standard's fallback puts them.
    let referrers = registry.json(&format!("podaudit/manifests/{}", digest.replace(':', "-")))?;
    let bill = text(&referrers["manifests"][0]["digest"])?;
    let bill = registry.json(&format!("podaudit/manifests/{bill}"))?;
    ensure!(bill["subject"]["digest"] == digest, "the SBOM is of another image: {bill}");
    ensure!(bill["config"]["mediaType"] == "application/vnd.cyclonedx+json", "{bill}");
    let blob = text(&bill["layers"][0]["digest"])?;
    ensure!(registry.get(&format!("podaudit/blobs/{blob}"))? == std::fs::read(&sbom)?, "the SBOM");
    Ok(())
}

/// One platform: a numeric user, the Containerfile's words, and one file.
fn image(registry: &Registry, platform: &Value, folder: &Path) -> Outcome {
    let manifest = registry.json(&format!("podaudit/manifests/{}", text(&platform["digest"])?))?;
    let config = text(&manifest["config"]["digest"])?;
    let config = registry.json(&format!("podaudit/blobs/{config}"))?;
    ensure!(config["architecture"] == platform["platform"]["architecture"], "{config}");
    let said = containerfile()?;
    let user = text(&config["config"]["User"])?;
    let numeric = user.split(':').all(|id| id.parse::<u32>().is_ok_and(|id| id > 0));
    ensure!(numeric && user == said["USER"], "the user is {user}");
    let entrypoint: Value = serde_json::from_str(&said["ENTRYPOINT"])?;
    ensure!(config["config"]["Entrypoint"] == entrypoint, "{config}");
    ensure!(config["config"]["Cmd"].is_null() && config["config"]["Env"].is_null(), "{config}");
    let labels: BTreeMap<String, String> =
        serde_json::from_value(config["config"]["Labels"].clone())?;
    let is_label = |name: &String| name.starts_with("org.");
    let want = said.into_iter().filter(|(name, _)| is_label(name)).collect();
    ensure!(labels == want, "{labels:?}, and the Containerfile has {want:?}");

    let layers = manifest["layers"].as_array().context("no layers")?;
    ensure!(layers.len() == 1, "{manifest}");
    let layer = folder.join("layer.tar.gz");
    std::fs::write(
        &layer,
        registry.get(&format!("podaudit/blobs/{}", text(&layers[0]["digest"])?))?,
    )?;
    let files = output(Command::new("tar").arg("--list").arg("--file").arg(&layer))?;
    ensure!(files == "podaudit\n", "in the image are {files}");
    let mut tar = Command::new("tar");
    let content = output(tar.args(["--extract", "--to-stdout", "--file"]).arg(&layer))?;
    ensure!(content == CONTENT, "another file: {content:.100}");
    Ok(())
}
