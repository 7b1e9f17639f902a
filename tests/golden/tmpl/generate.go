// SPDX-License-Identifier: BSD-3-Clause
//
// Prints what Go's own template parser makes of the templates of tests/vectors/tmpl: every Nth of them
// that parses, one JSON line each with every template of its set printed back. Any name is a function
// here: which ones exist is not what is tested. Run it from this folder:
//
//	go run generate.go > printed.jsonl
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"text/template/parse"
)

const every = 6

var unknown = regexp.MustCompile(`function "(.*)" not defined`)

func parsed(text string) (map[string]*parse.Tree, error) {
	functions := map[string]any{}
	for {
		trees, err := parse.Parse("t", text, "", "", functions)
		if err == nil {
			return trees, nil
		}
		missing := unknown.FindStringSubmatch(err.Error())
		if missing == nil {
			return nil, err
		}
		functions[missing[1]] = true
	}
}

func main() {
	files, _ := filepath.Glob("../../vectors/tmpl/*.jsonl")
	out := json.NewEncoder(os.Stdout)
	out.SetEscapeHTML(false)
	out.Encode(map[string]string{"go": runtime.Version()})
	count := 0
	for _, name := range files {
		file, err := os.Open(name)
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		lines := bufio.NewScanner(file)
		lines.Buffer(nil, 1<<24)
		for lines.Scan() {
			var vector struct{ ID, Tmpl, Err string }
			if err := json.Unmarshal(lines.Bytes(), &vector); err != nil {
				fmt.Fprintln(os.Stderr, name, err)
				os.Exit(1)
			}
			refused := strings.Contains(vector.Err, "not defined")
			if refused || !strings.Contains(vector.Tmpl, "{{") || len(vector.Tmpl) > 2000 {
				continue
			}
			if count++; count%every != 0 {
				continue
			}
			trees, err := parsed(vector.Tmpl)
			if err != nil {
				continue
			}
			printed := map[string]string{}
			for name, tree := range trees {
				printed[name] = tree.Root.String()
			}
			out.Encode(map[string]any{"id": vector.ID, "tmpl": vector.Tmpl, "printed": printed})
		}
	}
}
