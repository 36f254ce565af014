package main

import (
	"bufio"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// hierarchies are the folders where the machine's cgroups are mounted: one with version 2, one for
// each controller with version 1.
func hierarchies() ([]string, error) {
	file, err := os.Open("/proc/self/mountinfo")
	if err != nil {
		return nil, err
	}
	defer file.Close()
	var found []string
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		before, after, _ := strings.Cut(lines.Text(), " - ")
		if fields := strings.Fields(before); len(fields) > 4 && strings.HasPrefix(after, "cgroup") {
			found = append(found, fields[4])
		}
	}
	return found, lines.Err()
}

// createCgroups makes a cgroup by this name in every hierarchy.
func createCgroups(name string) error {
	found, err := hierarchies()
	if err != nil {
		return err
	}
	for _, at := range found {
		dir := filepath.Join(at, name)
		if err := os.Mkdir(dir, 0o755); err != nil && !errors.Is(err, fs.ErrExist) {
			return err
		}
		// Version 1 has new cpusets empty, and lets no process into them.
		for _, setting := range []string{"cpuset.cpus", "cpuset.mems"} {
			value, err := os.ReadFile(filepath.Join(at, setting))
			if err != nil {
				continue
			}
			if err := os.WriteFile(filepath.Join(dir, setting), value, 0o644); err != nil {
				return err
			}
		}
	}
	return nil
}

// removeCgroups removes those that createCgroups made, and all below them.
func removeCgroups(name string) error {
	found, err := hierarchies()
	if err != nil {
		return err
	}
	for _, at := range found {
		var dirs []string
		filepath.WalkDir(filepath.Join(at, name), func(path string, entry fs.DirEntry, err error) error {
			if err == nil && entry.IsDir() {
				dirs = append(dirs, path)
			}
			return nil
		})
		for _, dir := range slices.Backward(dirs) {
			if err := os.Remove(dir); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return err
			}
		}
	}
	return nil
}
