// Command image makes podaudit's image without a container engine, and pushes it.
//
//	image build DIR VERSION REVISION EPOCH SBOM linux/ARCH=BINARY...
//	image push DIR HOST/NAME[:TAG]
//
// build writes an OCI layout to DIR: one image for each platform, each with one layer that holds
// one file, and the SBOM (CycloneDX JSON) as a referrer of the whole. The same input gives the same
// digests. The settings are those of the Containerfile; a test compares the two.
package main

import (
	"archive/tar"
	"bytes"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/partial"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/static"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

const cycloneDX = "application/vnd.cyclonedx+json"

func main() {
	err := fmt.Errorf("usage: image build DIR VERSION REVISION EPOCH SBOM linux/ARCH=BINARY... | push DIR REFERENCE")
	if args := os.Args[1:]; len(args) > 6 && args[0] == "build" {
		err = build(args[1], args[2], args[3], args[4], args[5], args[6:])
	} else if len(args) == 3 && args[0] == "push" {
		err = push(args[1], args[2])
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "image:", err)
		os.Exit(1)
	}
}

func build(dir, version, revision, epoch, sbom string, platforms []string) error {
	seconds, err := strconv.ParseInt(epoch, 10, 64)
	if err != nil {
		return err
	}
	created := v1.Time{Time: time.Unix(seconds, 0).UTC()}
	var index v1.ImageIndex = mutate.IndexMediaType(empty.Index, types.OCIImageIndex)
	for _, platform := range platforms {
		where, binary, _ := strings.Cut(platform, "=")
		image, err := scratch(where, binary, version, revision, created)
		if err != nil {
			return err
		}
		on, err := v1.ParsePlatform(where)
		if err != nil {
			return err
		}
		index = mutate.AppendManifests(index, mutate.IndexAddendum{Add: image, Descriptor: v1.Descriptor{Platform: on}})
	}
	subject, err := partial.Descriptor(index)
	if err != nil {
		return err
	}
	text, err := os.ReadFile(sbom)
	if err != nil {
		return err
	}
	bill := mutate.ConfigMediaType(mutate.MediaType(empty.Image, types.OCIManifestSchema1), cycloneDX)
	bill, err = mutate.AppendLayers(bill, static.NewLayer(text, cycloneDX))
	if err != nil {
		return err
	}
	referrer, ok := mutate.Subject(bill, *subject).(v1.Image)
	if !ok {
		return fmt.Errorf("the SBOM has become something else than an image")
	}

	// What is left of an earlier build would stay in the layout.
	if err := os.RemoveAll(dir); err != nil {
		return err
	}
	path, err := layout.Write(dir, empty.Index)
	if err != nil {
		return err
	}
	named := layout.WithAnnotations(map[string]string{"org.opencontainers.image.ref.name": version})
	if err := path.AppendIndex(index, named); err != nil {
		return err
	}
	return path.AppendImage(referrer)
}

// scratch is an image with one file, an ordinary user, and nothing to run but the file.
func scratch(platform, binary, version, revision string, created v1.Time) (v1.Image, error) {
	text, err := os.ReadFile(binary)
	if err != nil {
		return nil, err
	}
	var archive bytes.Buffer
	files := tar.NewWriter(&archive)
	header := tar.Header{Name: "podaudit", Mode: 0o755, Size: int64(len(text)), ModTime: created.Time, Format: tar.FormatUSTAR}
	if err := files.WriteHeader(&header); err != nil {
		return nil, err
	}
	if _, err := files.Write(text); err != nil {
		return nil, err
	}
	if err := files.Close(); err != nil {
		return nil, err
	}
	open := func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(archive.Bytes())), nil }
	layer, err := tarball.LayerFromOpener(open, tarball.WithMediaType(types.OCILayer))
	if err != nil {
		return nil, err
	}
	image := mutate.ConfigMediaType(mutate.MediaType(empty.Image, types.OCIManifestSchema1), types.OCIConfigJSON)
	image, err = mutate.Append(image, mutate.Addendum{Layer: layer, History: v1.History{Created: created, CreatedBy: "COPY podaudit /podaudit"}})
	if err != nil {
		return nil, err
	}
	file, err := image.ConfigFile()
	if err != nil {
		return nil, err
	}
	file = file.DeepCopy()
	file.Created = created
	file.OS, file.Architecture, _ = strings.Cut(platform, "/")
	file.Config = v1.Config{
		User:       "65532:65532",
		Entrypoint: []string{"/podaudit"},
		Labels: map[string]string{
			"org.opencontainers.image.title":       "podaudit",
			"org.opencontainers.image.description": "Audits the effective security posture of every Pod and ServiceAccount in a Kubernetes cluster",
			"org.opencontainers.image.licenses":    "Apache-2.0",
			"org.opencontainers.image.version":     version,
			"org.opencontainers.image.revision":    revision,
		},
	}
	return mutate.ConfigFile(image, file)
}

// push sends all of the layout: what has a name under the reference, the referrers by their digest.
// It prints the digest that a deployment names.
func push(dir, reference string) error {
	target, err := name.ParseReference(reference)
	if err != nil {
		return err
	}
	top, err := layout.ImageIndexFromPath(dir)
	if err != nil {
		return err
	}
	manifest, err := top.IndexManifest()
	if err != nil {
		return err
	}
	auth := remote.WithAuthFromKeychain(authn.DefaultKeychain)
	for _, descriptor := range manifest.Manifests {
		if descriptor.MediaType.IsIndex() {
			index, err := top.ImageIndex(descriptor.Digest)
			if err != nil {
				return err
			}
			if err := remote.WriteIndex(target, index, auth); err != nil {
				return err
			}
			fmt.Println(target.Context().Digest(descriptor.Digest.String()))
			continue
		}
		image, err := top.Image(descriptor.Digest)
		if err != nil {
			return err
		}
		if err := remote.Write(target.Context().Digest(descriptor.Digest.String()), image, auth); err != nil {
			return err
		}
	}
	return nil
}
