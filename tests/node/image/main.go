// Command image writes a test image as an OCI archive, which `ctr images import` reads, and prints
// the digest of its manifest. The same arguments give the same bytes.
//
//	image [OPTION...] ARCHIVE NAME...
//
// A name that ends in "@" is followed by the digest. In the image are busybox with its applets,
// /probe as the entrypoint, the same as a setuid program of root's, and the users of /etc/passwd
// below.
package main

import (
	"archive/tar"
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
)

const (
	passwd = "root:x:0:0:root:/root:/bin/sh\napp:x:1000:1000::/home/app:/bin/sh\nnobody:x:65534:65534::/:/bin/false\n"
	group  = "root:x:0:\napp:x:1000:\nextra:x:3000:app\nnogroup:x:65534:\n"
)

// list is an option that may be repeated.
type list []string

func (l *list) String() string         { return strings.Join(*l, " ") }
func (l *list) Set(value string) error { *l = append(*l, value); return nil }

type options struct {
	user, workdir, entrypoint, command, platform string
	env, labels, files                           list
}

func main() {
	var o options
	flag.StringVar(&o.user, "user", "", "USER; none is not the same as 0")
	flag.StringVar(&o.workdir, "workdir", "", "WORKDIR")
	flag.StringVar(&o.entrypoint, "entrypoint", `["/probe"]`, "ENTRYPOINT, a JSON list; null is none")
	flag.StringVar(&o.command, "cmd", "null", "CMD, a JSON list")
	flag.StringVar(&o.platform, "platform", "linux/"+runtime.GOARCH, "OS/ARCHITECTURE[/VARIANT]")
	flag.Var(&o.env, "env", "NAME=VALUE; may be repeated")
	flag.Var(&o.labels, "label", "NAME=VALUE; may be repeated")
	flag.Var(&o.files, "file", "PATH=SOURCE: a file more in the image; may be repeated")
	flag.Parse()
	if flag.NArg() < 2 {
		fmt.Fprintln(os.Stderr, "usage: image [OPTION...] ARCHIVE NAME...")
		flag.PrintDefaults()
		os.Exit(2)
	}
	digest, err := write(o, flag.Arg(0), flag.Args()[1:])
	if err != nil {
		fmt.Fprintln(os.Stderr, "image:", err)
		os.Exit(1)
	}
	fmt.Println(digest)
}

type descriptor struct {
	MediaType   string            `json:"mediaType"`
	Digest      string            `json:"digest"`
	Size        int               `json:"size"`
	Annotations map[string]string `json:"annotations,omitempty"`
}

type config struct {
	Architecture string `json:"architecture"`
	OS           string `json:"os"`
	Variant      string `json:"variant,omitempty"`
	Config       struct {
		User       string            `json:"User,omitempty"`
		WorkingDir string            `json:"WorkingDir,omitempty"`
		Entrypoint json.RawMessage   `json:"Entrypoint,omitempty"`
		Cmd        json.RawMessage   `json:"Cmd,omitempty"`
		Env        []string          `json:"Env,omitempty"`
		Labels     map[string]string `json:"Labels,omitempty"`
	} `json:"config"`
	RootFS struct {
		Type    string   `json:"type"`
		DiffIDs []string `json:"diff_ids"`
	} `json:"rootfs"`
}

func write(o options, archive string, names []string) (string, error) {
	layer, err := layer(o.files)
	if err != nil {
		return "", err
	}
	var c config
	platform := strings.Split(o.platform, "/")
	if len(platform) < 2 || len(platform) > 3 {
		return "", fmt.Errorf("not a platform: %s", o.platform)
	}
	c.OS, c.Architecture, c.Variant = platform[0], platform[1], strings.Join(platform[2:], "")
	c.Config.User, c.Config.WorkingDir = o.user, o.workdir
	c.Config.Entrypoint, c.Config.Cmd = json.RawMessage(o.entrypoint), json.RawMessage(o.command)
	c.Config.Env = append([]string{"PATH=/bin"}, o.env...)
	c.Config.Labels = map[string]string{}
	for _, label := range o.labels {
		name, value, _ := strings.Cut(label, "=")
		c.Config.Labels[name] = value
	}
	c.RootFS.Type, c.RootFS.DiffIDs = "layers", []string{digestOf(layer)}

	var out bytes.Buffer
	files := tar.NewWriter(&out)
	blob := func(media string, content []byte) descriptor {
		digest := digestOf(content)
		add(files, "blobs/sha256/"+strings.TrimPrefix(digest, "sha256:"), 0o644, content)
		return descriptor{MediaType: media, Digest: digest, Size: len(content)}
	}
	const oci = "application/vnd.oci.image."
	layers := []descriptor{blob(oci+"layer.v1.tar", layer)}
	encoded, err := json.Marshal(c)
	if err != nil {
		return "", err
	}
	manifest := blob(oci+"manifest.v1+json", encode(map[string]any{
		"schemaVersion": 2,
		"mediaType":     oci + "manifest.v1+json",
		"config":        blob(oci+"config.v1+json", encoded),
		"layers":        layers,
	}))
	var index []descriptor
	for _, name := range names {
		if strings.HasSuffix(name, "@") {
			name += manifest.Digest
		}
		entry := manifest
		entry.Annotations = map[string]string{"io.containerd.image.name": name}
		index = append(index, entry)
	}
	add(files, "index.json", 0o644, encode(map[string]any{
		"schemaVersion": 2, "mediaType": oci + "index.v1+json", "manifests": index,
	}))
	add(files, "oci-layout", 0o644, []byte(`{"imageLayoutVersion":"1.0.0"}`))
	if err := files.Close(); err != nil {
		return "", err
	}
	return manifest.Digest, os.WriteFile(archive, out.Bytes(), 0o644)
}

// layer is the tar of the only layer.
func layer(more []string) ([]byte, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	probe, err := os.ReadFile(filepath.Join(filepath.Dir(self), "probe"))
	if err != nil {
		return nil, err
	}
	busybox, err := exec.LookPath("busybox")
	if err != nil {
		return nil, err
	}
	content, err := os.ReadFile(busybox)
	if err != nil {
		return nil, err
	}
	applets, err := exec.Command(busybox, "--list").Output()
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	files := tar.NewWriter(&out)
	for _, dir := range []string{"bin", "dev", "etc", "home", "home/app", "proc", "root", "run", "sys", "tmp", "var", "var/run"} {
		header := tar.Header{Typeflag: tar.TypeDir, Name: dir + "/", Mode: 0o755}
		switch dir {
		case "tmp":
			header.Mode = 0o1777
		case "home/app":
			header.Uid, header.Gid = 1000, 1000
		}
		files.WriteHeader(&header)
	}
	add(files, "probe", 0o755, probe)
	add(files, "setuid-probe", 0o4755, probe)
	add(files, "bin/busybox", 0o755, content)
	names := strings.Fields(string(applets))
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		if name != "busybox" {
			files.WriteHeader(&tar.Header{Typeflag: tar.TypeSymlink, Name: "bin/" + name, Linkname: "busybox", Mode: 0o777})
		}
	}
	add(files, "etc/passwd", 0o644, []byte(passwd))
	add(files, "etc/group", 0o644, []byte(group))
	for _, file := range more {
		to, from, ok := strings.Cut(file, "=")
		if !ok {
			return nil, fmt.Errorf("not PATH=SOURCE: %s", file)
		}
		content, err := os.ReadFile(from)
		if err != nil {
			return nil, err
		}
		add(files, strings.TrimPrefix(path.Clean(to), "/"), 0o755, content)
	}
	return out.Bytes(), files.Close()
}

// add puts a file of root's into the tar. Close returns what goes wrong.
func add(to *tar.Writer, name string, mode int64, content []byte) {
	to.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: name, Mode: mode, Size: int64(len(content))})
	to.Write(content)
}

func encode(value any) []byte {
	encoded, err := json.Marshal(value)
	if err != nil {
		panic(err) // made above, of texts and numbers
	}
	return encoded
}

func digestOf(content []byte) string {
	return fmt.Sprintf("sha256:%x", sha256.Sum256(content))
}
