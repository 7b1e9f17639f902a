// SPDX-License-Identifier: BSD-3-Clause
//
// Go's text/template on the files and data of tests/programs/tmpl_bench.cc; prints the same lines. Only
// the functions these templates use are here, in the shape sprig has them.
package main

import (
	"bytes"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"text/template"
	"time"
)

type OnBoot string

func (o OnBoot) BoolDefaultTrue() bool { return o == "" || o == "true" }

type NetDev struct {
	Type, Device, Hwaddr, MTU, PrefixLen6       string
	OnBoot                                      OnBoot
	Ipaddr, Netmask, Gateway, Ipaddr6, Gateway6 net.IP
	Tags                                        map[string]string
	primary                                     bool
}

func (d *NetDev) Primary() bool { return d.primary }
func (d *NetDev) IpCIDR() string {
	ones, _ := net.IPMask(d.Netmask.To4()).Size()
	return fmt.Sprintf("%s/%d", d.Ipaddr, ones)
}
func (d *NetDev) IpCIDR6() string { return "" }

type Node struct {
	id      string
	NetDevs map[string]*NetDev
	Tags    map[string]string
}

func (n *Node) Id() string { return n.id }

type Root struct {
	Ipaddr, Ipaddr6, BuildHost string
	Ipv6                       bool
	NetDevs                    map[string]*NetDev
	AllNodes                   []Node
}

type Script struct {
	Id, Hostname, Fqdn, Cluster, ImageName, Ipxe, Root, Hwaddr, Ipaddr, Ipaddr6, Port, Authority, KernelArgs, KernelVersion string
	TLS                                                                                                                     bool
	Tags                                                                                                                    map[string]string
	NetDevs                                                                                                                 map[string]*NetDev
}

func node(n, devices int) Node {
	made := Node{fmt.Sprintf("node%05d", n), map[string]*NetDev{}, map[string]string{"rack": "a", "role": "compute"}}
	for i := 0; i < devices; i++ {
		k := n*devices + i
		made.NetDevs[fmt.Sprintf("net%d", i)] = &NetDev{Type: "ethernet", Device: fmt.Sprintf("eth%d", i), MTU: "1500",
			Hwaddr: fmt.Sprintf("52:54:00:%02x:%02x:%02x", k>>16&255, k>>8&255, k&255),
			Ipaddr: net.IPv4(10, byte(k>>16), byte(k>>8), byte(k)), Netmask: net.IPv4(255, 0, 0, 0), Gateway: net.IPv4(10, 0, 0, 1),
			Tags:    map[string]string{"DNS1": "10.0.0.2", "DNSSEARCH": "cluster.example;example", "route1": "10.1.0.0/16,10.0.0.9"},
			primary: i == 0}
	}
	return made
}

func empty(v any) bool { t, _ := template.IsTrue(v); return !t }

var functions = template.FuncMap{
	"abort": func() string { return "" },
	"file":  func(string) string { return "" },
	"lower": strings.ToLower,
	"list":  func(v ...any) []any { return v },
	"join": func(sep string, v []any) string {
		return strings.ReplaceAll(strings.Trim(fmt.Sprint(v...), "[]"), " ", sep)
	},
	"append": func(l []any, v any) []any { return append(append([]any{}, l...), v) },
	"default": func(d, v any) any {
		if empty(v) {
			return d
		}
		return v
	},
	"hasPrefix":  func(p, s string) bool { return strings.HasPrefix(s, p) },
	"regexMatch": func(re, s string) bool { ok, _ := regexp.MatchString(re, s); return ok },
	"regexSplit": func(re, s string, n int) []string { return regexp.MustCompile(re).Split(s, n) },
	"has": func(x any, l []any) bool {
		for _, v := range l {
			if reflect.DeepEqual(v, x) {
				return true
			}
		}
		return false
	},
	"without": func(l []string, x any) []any {
		kept := []any{}
		for _, v := range l {
			if !reflect.DeepEqual(v, x) {
				kept = append(kept, v)
			}
		}
		return kept
	},
}

// Of the whole process: the garbage collector's work is part of the price.
func cpuTime() time.Duration {
	var usage syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &usage)
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

func measure(name, path string, data any) {
	parsed := template.Must(template.New(filepath.Base(path)).Funcs(functions).ParseFiles(path))
	var out bytes.Buffer
	render := func() {
		out.Reset()
		if err := parsed.Execute(&out, data); err != nil {
			panic(err)
		}
	}
	best := time.Duration(1 << 62)
	for round := 0; round < 40; round++ {
		start, count := cpuTime(), 0
		for ; count == 0 || cpuTime()-start < 30*time.Millisecond; count++ {
			render()
		}
		best = min(best, (cpuTime()-start)/time.Duration(count))
	}
	fmt.Println(name, best.Nanoseconds(), int(testing.AllocsPerRun(3, render)), out.Len())
}

func main() {
	one := node(1, 3)
	root := Root{BuildHost: "head", NetDevs: one.NetDevs}
	for i := 0; i < 5000; i++ {
		root.AllNodes = append(root.AllNodes, node(i, 2))
	}
	script := &Script{Id: one.id, ImageName: "debian-12", Hwaddr: "52:54:00:00:00:01", Authority: "10.0.0.1:9873", Ipaddr: "10.0.0.1",
		Port: "9873", KernelArgs: "quiet crashkernel=no", Tags: one.Tags, NetDevs: one.NetDevs}
	measure("ipxe", os.Args[1]+"/templates/ipxe/default.ipxe", script)
	measure("keyfile", os.Args[1]+"/overlays/NetworkManager/rootfs/etc/NetworkManager/system-connections/ww4-managed.ww", root)
	measure("hosts", os.Args[1]+"/overlays/hosts/rootfs/etc/hosts.ww", root)
}
