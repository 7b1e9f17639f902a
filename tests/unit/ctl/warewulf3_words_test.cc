// SPDX-License-Identifier: BSD-3-Clause
//
// Lines of Warewulf 3 and what they become, on a site that is told to them.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdlib>

#include "ctl/parser.h"
#include "ctl/warewulf3/help.h"
#include "ctl/warewulf3/options.h"
#include "ctl/warewulf3/site.h"
#include "ctl/warewulf3/variables.h"
#include "ctl/warewulf3/words.h"
#include "protocol/command_line.h"
#include "support/catch.h"
#include "support/temp_dir.h"

using namespace ww::ctl;
using namespace ww::ctl::warewulf3;
using ww::Result;

namespace {

/// n1 boots rocky and has eth0 and ib0; n2 is aarch64 and has nothing.
class ToldSite final : public Site {
   public:
    ToldSite() {
        NodeFields n1{.name = "n1"};
        n1.own = {{"RuntimeOverlay", "wwsh-old"},
                  {"RuntimeOverlay", "custom"},
                  {"Kernel.Args", "quiet"},
                  {"Kernel.Args", "console=ttyS0,9600"}};
        n1.all = {{"RuntimeOverlay", "hosts,syncuser,wwsh-old,custom"},
                  {"ImageName", "rocky"},
                  {"NetDevs[default].Device", "eth0"},
                  {"NetDevs[ib0].Device", "ib0"},
                  {"Tags[groups]", "a,b"}};
        NodeFields n2{.name = "n2"};
        n2.all = {{"Tags[arch]", "arm64"}};
        nodes_ = {n1, n2};
    }

    Result<std::vector<std::string>> node_names() override {
        return std::vector<std::string>{"n1", "n2"};
    }
    Result<std::vector<NodeFields>> nodes(const std::vector<std::string>& patterns) override {
        std::vector<NodeFields> found;
        for (const NodeFields& node : nodes_)
            if (std::find(patterns.begin(), patterns.end(), node.name) != patterns.end())
                found.push_back(node);
        return found;
    }
    Result<std::vector<ImageTree>> images() override {
        return std::vector<ImageTree>{
            {"both", "both", "x86_64", "/chroots/both/rootfs", "/gone"},
            {"both", "both@aarch64", "aarch64", "/chroots/both/rootfs.aarch64", "docker://x"},
            {"rocky", "rocky", "x86_64", "/chroots/rocky/rootfs", ""}};
    }
    Result<std::vector<ImageKernel>> kernels(const std::vector<std::string>& trees) override {
        const std::string tree = trees.empty() ? "rocky" : trees[0];
        if (tree == "both@aarch64")
            return std::vector<ImageKernel>{{tree, "/boot/vmlinuz-6.1.0-9-arm64", "6.1.0-9"}};
        return std::vector<ImageKernel>{{tree, "/boot/vmlinuz-5.14.0-427.el9.x86_64", "5.14.0-427"},
                                        {tree, "/boot/vmlinuz-6.1.0.el9.x86_64", "6.1.0"},
                                        {tree, "/boot/vmlinuz-6.1.0.el9.x86_64+debug", "6.1.0"},
                                        {tree, "/lib/modules/6.6.6/vmlinuz", "6.6.6"}};
    }
    Result<std::vector<std::string>> overlay_names() override {
        return std::vector<std::string>{"hosts", "syncuser", "wwsh-key", "wwsh-old"};
    }
    Result<std::vector<OverlayFile>> overlay_files(const std::string& overlay) override {
        if (overlay == "wwsh-key")
            return std::vector<OverlayFile>{{"/etc/key", "/overlays/wwsh-key/rootfs/etc/key"}};
        return std::vector<OverlayFile>{};
    }

   private:
    std::vector<NodeFields> nodes_;
};

/// "wwctl …" lines, "# note", "! warning", "? question", or the error with its hint.
std::string becomes(const std::vector<std::string>& line,
                    const std::string& config = "/nowhere/warewulf.conf") {
    std::vector<std::string> words(line.begin() + 1, line.end());
    std::string path = line[0];
    const Word* word = find_word(path, words);
    if (word == nullptr) return "unknown";
    if (word->translate == nullptr) return fmt::format("refused: {}", word->stands_for);
    const auto parsed = parse_flags(flags_of(*word), words);
    if (!parsed) return parsed.error().message();
    ToldSite site;
    const auto plan = word->translate(
        {*word, parsed->flags, parsed->arguments, parsed->flags.is_true("yes"), config}, site);
    if (!plan) return fmt::format("{} | {}", plan.error().message(), plan.error().hint());
    std::vector<std::string> out;
    for (const std::string& note : plan->notes) out.push_back("# " + note);
    for (const std::string& warning : plan->warnings) out.push_back("! " + warning);
    if (!plan->question.empty()) out.push_back("? " + plan->question);
    for (const Plan::Step& step : plan->steps) {
        const std::string text = ww::protocol::join_command(step.words);
        out.push_back(step.kind == Plan::Step::Kind::Wwctl ? "wwctl " + text
                      : step.kind == Plan::Step::Kind::Program
                          ? text
                          : step.root + step.path + ":\n" + step.text);
    }
    return fmt::format("{}", fmt::join(out, "\n"));
}

struct Case {
    std::vector<std::string> line;
    std::string expected;
};

void check(const std::vector<Case>& cases) {
    for (const Case& each : cases) {
        CAPTURE(each.line);
        CHECK(becomes(each.line) == each.expected);
    }
}

}  // namespace

TEST_CASE("wwsh node", "[ctl][warewulf3]") {
    check({
        {{"wwsh", "node", "new", "c[1-2]", "--ipaddr=10.0.0.1", "-M", "255.0.0.0", "-D", "eth1"},
         "wwctl node add c[1-2] --netname default --netdev eth1 --ipaddr 10.0.0.1 --netmask "
         "255.0.0.0"},
        {{"wwsh", "node", "new", "c1", "-H", "02:00:00:00:00:01", "-a", "arm64", "-g", "a,b"},
         "wwctl node add c1 --hwaddr 02:00:00:00:00:01 --tagadd arch=aarch64 --tagadd groups=a,b"},
        {{"wwsh", "node", "new", "c1", "-D", "ib0"},
         "wwctl node add c1 --netname default --netdev ib0 --type infiniband"},
        {{"wwsh", "node", "new", "c1", "--network=10.0.0.0", "--enabled=true"},
         "# --network: it follows from address and netmask\n# --enabled: every node is served\n"
         "wwctl node add c1"},
        // The key of a device is found by its name; the same words for several nodes are one
        // command.
        {{"wwsh", "node", "set", "-y", "n1", "n2", "-D", "eth0", "-I", "10.0.0.9"},
         "wwctl node set --yes --netname default --netdev eth0 --ipaddr 10.0.0.9 n1 n2"},
        {{"wwsh", "node", "set", "n*", "-D", "ib0", "--mtu", "2044"},
         "wwctl node set --netname ib0 --netdev ib0 --type infiniband --mtu 2044 n1\n"
         "wwctl node set --netname default --netdev ib0 --type infiniband --mtu 2044 n2"},
        {{"wwsh", "node", "set", "n1", "--netdel", "-D", "eth0"},
         "wwctl node set --netdel default n1"},
        {{"wwsh", "node", "set", "n1", "--netdel"}, "--netdel needs the device: --netdev NAME | "},
        {{"wwsh", "node", "set", "n1", "--groupadd=c", "--groupdel=a"},
         "wwctl node set --tagadd groups=b,c n1"},
        {{"wwsh", "node", "set", "n1", "--groupdel=a,b"}, "wwctl node set --tagdel groups n1"},
        {{"wwsh", "node", "set", "n1", "--cluster=UNDEF", "--gateway", "undef"},
         "wwctl node set --gateway UNDEF --cluster UNDEF n1"},
        {{"wwsh", "node", "list"}, "wwctl node list --net"},
        {{"wwsh", "node", "ls", "n*"}, "wwctl node list --net n1 n2"},
        {{"wwsh", "node", "print", "n[1-2]", "-l", "name"}, "wwctl node list --all n[1-2]"},
        {{"wwsh", "node", "delete", "-y", "n1", "n2"}, "wwctl node delete --yes n1 n2"},
        {{"wwsh", "node", "delete", "n9"}, "no such node: n9 | wwsh node new n9 makes it"},
        {{"wwsh", "node", "new", "c1", "--fqdn=a.b", "--domain=d"},
         "--fqdn: no counterpart; see the overlay hosts\n--domain: no counterpart; put the domain "
         "into a tag or an overlay if something uses it | "},
        {{"wwsh", "node", "fly", "n1"}, "unknown"},
    });
}

TEST_CASE("wwsh provision: images and kernels", "[ctl][warewulf3]") {
    check({
        {{"wwsh", "provision", "set", "-y", "n1", "--vnfs=rocky"},
         "wwctl node set --yes --image rocky n1"},
        // The kernel by its version, by its path where another has the same version, of the tree
        // that the node boots.
        {{"wwsh", "provision", "set", "n1", "-b", "5.14.0-427.el9.x86_64"},
         "wwctl node set --kernelversion 5.14.0-427 n1"},
        {{"wwsh", "provision", "set", "n1", "--bootstrap=6.1.0.el9.x86_64"},
         "wwctl node set --kernelversion /boot/vmlinuz-6.1.0.el9.x86_64 n1"},
        {{"wwsh", "provision", "set", "n1", "--bootstrap=6.6.6"},
         "wwctl node set --kernelversion 6.6.6 n1"},
        {{"wwsh", "provision", "set", "n2", "-V", "both", "--bootstrap=6.1.0-9-arm64"},
         "wwctl node set --image both --kernelversion 6.1.0-9 n2"},
        {{"wwsh", "provision", "set", "n1", "--vnfs=UNDEF", "--bootstrap=UNDEF"},
         "wwctl node set --image UNDEF --kernelversion UNDEF n1"},
        {{"wwsh", "provision", "set", "n*", "--vnfs=rocky"},
         "! node n2 is aarch64, vnfs rocky is x86_64: left out\nwwctl node set --image rocky n1"},
        {{"wwsh", "provision", "set", "n2", "--vnfs=rocky"},
         "no node is left: node n2 is aarch64, vnfs rocky is x86_64: left out | wwctl image import "
         "--platform ARCHITECTURE SOURCE IMAGE adds a tree"},
        {{"wwsh", "provision", "set", "n1", "--vnfs=rokcy"},
         "no such vnfs: rokcy | did you mean \"rocky\"?; wwvnfs --chroot FOLDER rokcy makes it"},
        {{"wwsh", "provision", "set", "n1", "--bootstrap=5.14"},
         "no bootstrap 5.14: vnfs rocky has /boot/vmlinuz-5.14.0-427.el9.x86_64, "
         "/boot/vmlinuz-6.1.0.el9.x86_64, /boot/vmlinuz-6.1.0.el9.x86_64+debug, "
         "/lib/modules/6.6.6/vmlinuz | install that kernel into the chroot, then wwvnfs --chroot "
         "FOLDER rocky"},
        {{"wwsh", "provision", "set", "n2", "--bootstrap=6.6.6"},
         "node n2 has no vnfs, and its kernel comes from there | give --vnfs, too"},
        {{"wwsh", "provision", "list"}, "wwctl node list --long"},
        {{"wwsh", "provision", "print", "n?"}, "wwctl node list --all n1 n2"},
    });
}

TEST_CASE("wwsh provision: lists of the node itself", "[ctl][warewulf3]") {
    check({
        // Files are replaced; overlays that are no files stay, and what is inherited is not
        // repeated.
        {{"wwsh", "provision", "set", "n1", "--files=dynamic_hosts,passwd,group,key"},
         "wwctl node set --runtime-overlays custom,wwsh-key n1"},
        {{"wwsh", "provision", "set", "n2", "--files=dynamic_hosts,passwd,group,key"},
         "wwctl node set --runtime-overlays hosts,syncuser,wwsh-key n2"},
        {{"wwsh", "provision", "set", "n1", "--fileadd=key", "--filedel=old"},
         "wwctl node set --runtime-overlays custom,wwsh-key n1"},
        {{"wwsh", "provision", "set", "n1", "--filedel=dynamic_hosts"},
         "wwctl node set --runtime-overlays wwsh-old,custom,~hosts n1"},
        {{"wwsh", "provision", "set", "n1", "--fileadd=old"}, ""},
        {{"wwsh", "provision", "set", "n2", "--files=shadow"},
         "! file shadow: no overlay brings it; set passwords in the image or use keys"},
        {{"wwsh", "provision", "set", "n2", "--files=none"},
         "no such file: none | wwsh file import FILE --name none"},
        {{"wwsh", "provision", "set", "n1", "--files=UNDEF"},
         "wwctl node set --runtime-overlays custom n1"},
        // Arguments of the kernel; the console is one of them, and a field of its own.
        {{"wwsh", "provision", "set", "n2", "--kargs=\"a=1,2 b\""},
         R"(wwctl node set --kernelargs '"a=1,2",b' n2)"},
        {{"wwsh", "provision", "set", "n1", "--kargs=debug"},
         R"(wwctl node set --kernelargs 'debug,"console=ttyS0,9600"' n1)"},
        {{"wwsh", "provision", "set", "n1", "--console=ttyS1,57600"},
         R"(wwctl node set --kernelargs 'quiet,"console=ttyS1,57600"' n1)"},
        {{"wwsh", "provision", "set", "n1", "--console=UNDEF", "--kargs=UNDEF"},
         "wwctl node set --kernelargs UNDEF n1"},
        {{"wwsh", "provision", "set", "n1", "--bootlocal=normal"},
         "wwctl node set --ipxe localdisk n1"},
        {{"wwsh", "provision", "set", "n1", "--bootlocal=UNDEF"}, "wwctl node set --ipxe UNDEF n1"},
        {{"wwsh",
          "provision",
          "set",
          "n1",
          "--postnetdown=1",
          "--preshell=0",
          "--selinux=disabled"},
         "# --postnetdown: no counterpart: the image sets up the network itself"},
        {{"wwsh", "provision", "set", "n1", "--preshell=1"},
         "--preshell: kernel argument rd.break, or tag IPXEMenuEntry=shell | "},
    });
}

TEST_CASE("wwsh vnfs, wwvnfs", "[ctl][warewulf3]") {
    ww::test::TempDir chroot;
    const std::string& folder = chroot.path();
    const std::string name = folder.substr(folder.rfind('/') + 1);
    check({
        {{"wwvnfs", "--chroot", folder},
         fmt::format("wwctl image import --force --build {} {}", folder, name)},
        {{"wwvnfs", "-c", folder + "/", "-a", "aarch64", "both"},
         fmt::format("wwctl image import --force --build --platform aarch64 {} both", folder)},
        {{"wwvnfs", "rocky"}, "wwctl image build rocky"},
        {{"wwvnfs", "none"}, "no such vnfs: none | wwvnfs --chroot FOLDER none makes it"},
        {{"wwvnfs", "-e", "/usr/src", "rocky"},
         "--exclude: list it in etc/warewulf/excludes of the chroot | "},
        {{"wwsh", "vnfs", "list"}, "wwctl image list --variants"},
        {{"wwsh", "vnfs", "print", "rocky"}, "wwctl image show --all rocky"},
        {{"wwsh", "vnfs", "delete", "-y", "rocky"}, "wwctl image delete --yes rocky"},
        {{"wwsh", "vnfs", "set", "both", "-a", "arm64"},
         "# vnfs both is aarch64: that was found in its files"},
        {{"wwsh", "vnfs", "set", "rocky", "-a", "arm64"},
         "vnfs rocky is x86_64, not arm64 | wwvnfs --arch arm64 --chroot FOLDER rocky adds a tree"},
        {{"wwsh", "vnfs", "export", "rocky", "/x"},
         "refused: copy the folder that wwctl image show VNFS prints"},
    });
}

TEST_CASE("wwbootstrap takes drivers into the chroot", "[ctl][warewulf3]") {
    ww::test::TempDir site;
    const std::string config = site.path() + "/warewulf.conf";
    const std::string chroot = site.path() + "/root";
    REQUIRE(ww::make_directories(chroot + "/boot"));
    REQUIRE(ww::replace_file(chroot + "/boot/vmlinuz-5.14", "kernel"));
    const std::string goes =
        "# the kernel goes with the image: wwctl node set --kernelversion picks one of those that "
        "wwctl image kernels shows";
    CHECK(becomes({"wwbootstrap", "-c", chroot, "5.14"}, config) == goes);
    CHECK(becomes({"wwbootstrap", "--chroot=" + chroot + "/", "5.15"}, config) ==
          fmt::format("no kernel 5.15 in {0}: there is no {0}/boot/vmlinuz-5.15 | install the "
                      "kernel's package there: yum --installroot=CHROOT install kernel",
                      chroot));
    REQUIRE(ww::replace_file(site.path() + "/bootstrap.conf",
                             "# drivers += no\ndrivers = forgotten\ndrivers = kernel/drivers/net/, "
                             "nfs\ndrivers += updates/kernel/\nfirmware += bnx2*\n"
                             "modprobe += mlx4_core, nvme opt=1\n"));
    const std::string made =
        fmt::format("# Made by wwbootstrap of {}/bootstrap.conf.\n", site.path());
    CHECK(becomes({"wwbootstrap", "-c", chroot, "5.14"}, config) ==
          fmt::format("{1}\n# firmware: dracut takes along what the drivers name\n"
                      "{0}/etc/dracut.conf.d/wwbootstrap.conf:\n{2}"
                      "add_drivers+=\" =drivers/net nfs =kernel \"\n"
                      "force_drivers+=\" mlx4_core nvme \"\n\n"
                      "{0}/etc/modules-load.d/wwbootstrap.conf:\n{2}mlx4_core\nnvme\n",
                      chroot,
                      goes,
                      made));
    CHECK(becomes({"wwbootstrap", "-c", chroot, "--config=x", "5.14"}, config) ==
          fmt::format("there is no {}/bootstrap/x | ", site.path()));
    CHECK(becomes({"wwbootstrap", "-o", "x", "5.14"}) ==
          "--output: the kernel and dracut's initramfs are files of the image | ");
}

TEST_CASE("wwsh bootstrap, pxe, dhcp, ipmi, wwinit", "[ctl][warewulf3]") {
    check({
        {{"wwsh", "bootstrap", "list"}, "wwctl image kernels"},
        {{"wwsh", "bootstrap", "list", "6.6.6"}, "wwctl image kernels rocky"},
        {{"wwsh", "bootstrap", "list", "9.9"},
         "no such bootstrap: 9.9 | wwsh bootstrap list shows the kernels of all images"},
        {{"wwsh", "bootstrap", "set", "-y", "6.6.6", "-a", "aarch64"},
         "# --arch: it is that of the image, and found in its files"},
        {{"wwsh", "bootstrap", "rebuild"},
         "# kernels are served as they are in the image: nothing to build"},
        {{"wwsh", "pxe", "update", "n1"},
         "# boot scripts are made when a node asks; wwctl configure tftp puts boot loaders in "
         "place"},
        {{"wwsh", "dhcp", "update"}, "wwctl configure dhcp"},
        {{"wwsh", "dhcp", "restart"}, "wwctl configure dhcp"},
        {{"wwsh",
          "ipmi",
          "set",
          "-y",
          "n1",
          "--ipaddr=10.3.0.1",
          "--netmask=255.0.0.0",
          "--username=a",
          "--password=b",
          "--proto=lanplus",
          "--autoconfig=1"},
         "wwctl node set --yes --ipmiaddr 10.3.0.1 --ipminetmask 255.0.0.0 --ipmiuser a --ipmipass "
         "b --ipmiinterface lanplus --ipmiwrite true --ipmitemplate ipmitool.tmpl n1"},
        {{"wwsh", "ipmi", "set", "n*", "--noautoconfig"}, "wwctl node set --ipmiwrite false n1 n2"},
        {{"wwsh", "ipmi", "set", "n1", "--uid=3"}, "--uid: no counterpart | "},
        {{"wwinit", "database"}, "# there is no database: nodes are in nodes.conf"},
        {{"wwinit", "SSH_KEYS"}, "wwctl configure ssh"},
        {{"wwinit", "all"}, "wwctl configure --all"},
        {{"wwinit", "hosts"}, "wwctl configure hostfile"},
        {{"wwinit", "nfsd"}, "unknown"},
        {{"wwinit", "nfs"}, "wwctl configure nfs"},
        {{"wwinit", "vnfs"}, "refused: wwmkchroot, then wwvnfs"},
        {{"wwsh", "ipmi", "list"}, "wwctl node list --ipmi"},
        {{"wwsh", "ipmi", "poweron", "n*"}, "wwctl power on n1 n2"},
        {{"wwsh", "ipmi", "powercycle", "n1"}, "wwctl power cycle n1"},
        {{"wwsh", "ipmi", "printsdr", "n1"}, "wwctl node sensors --full n1"},
        {{"wwsh", "ipmi", "console", "n1"}, "wwctl node console n1"},
        {{"wwsh", "ipmi", "poweroff", "-y", "n1", "-f", "4", "--delay=2"},
         "wwctl power off --yes --fanout 4 --pause 2 n1"},
        {{"wwsh", "ipmi", "powerstatus", "n*"}, "wwctl power status n1 n2"},
        {{"wwsh", "ipmi", "forcepxe", "n1"}, "wwctl power bootdev pxe n1"},
        {{"wwsh", "ipmi", "forcedisk", "n1"}, "wwctl power bootdev disk n1"},
        {{"wwsh", "ipmi", "forcebios", "n1"}, "wwctl power bootdev bios n1"},
        {{"wwsh", "ipmi", "ident", "n1"}, "wwctl node identify n1"},
        {{"wwsh", "ipmi", "clearsel", "n1"},
         "refused: wwctl power status --show NODE tells how its controller is reached; ipmitool "
         "then has sel clear"},
    });
}

TEST_CASE("wwsh file", "[ctl][warewulf3]") {
    ww::test::TempDir files;
    const std::string file = files.path() + "/slurm.conf";
    const std::string old = files.path() + "/old-one";
    REQUIRE(ww::replace_file(file, "a\n"));
    REQUIRE(ww::replace_file(old, "a\nb %{FQDN}\n"));
    check({
        {{"wwsh", "file", "import", file},
         fmt::format("wwctl overlay create wwsh-slurm.conf\n"
                     "wwctl overlay import --parents wwsh-slurm.conf {0} {0}",
                     file)},
        {{"wwsh", "file", "import", file, "-n", "key", "-D", "/etc/k", "-m", "0600", "-u", "1"},
         fmt::format("? Replace the file key\n"
                     "wwctl overlay import --parents --overwrite wwsh-key {} /etc/k\n"
                     "wwctl overlay chmod wwsh-key /etc/k 0600\n"
                     "wwctl overlay chown wwsh-key /etc/k 1\n"
                     "wwctl overlay delete --parents wwsh-key /etc/key",
                     file)},
        {{"wwsh", "file", "import", "/etc/passwd", "/etc/group"},
         "# file passwd: overlay syncuser\n# file group: overlay syncuser"},
        {{"wwsh", "file", "import", file, old, "-n", "x"}, "--name and --path are for one file | "},
        {{"wwsh", "file", "set", "key", "--path=/etc/k", "--gid=7"},
         "wwctl overlay import --parents wwsh-key /overlays/wwsh-key/rootfs/etc/key /etc/k\n"
         "wwctl overlay chown wwsh-key /etc/k :7\n"
         "wwctl overlay delete --parents wwsh-key /etc/key"},
        {{"wwsh", "file", "set", "key", "--mode=0640"},
         "wwctl overlay chmod wwsh-key /etc/key 0640"},
        {{"wwsh", "file", "list"}, "wwctl overlay list --long wwsh-key wwsh-old"},
        {{"wwsh", "file", "show", "key"}, "wwctl overlay show --quiet wwsh-key /etc/key"},
        {{"wwsh", "file", "edit", "key"}, "wwctl overlay edit wwsh-key /etc/key"},
        {{"wwsh", "file", "delete", "key"}, "? Delete key\nwwctl overlay delete --force wwsh-key"},
        {{"wwsh", "file", "show", "passwd"}, "no such file: passwd | overlay syncuser"},
        {{"wwsh", "file", "sync"},
         "# files are sent as they were imported: name those to be read from this machine again\n"
         "wwctl overlay build"},
        {{"wwsh", "file", "resync", "passwd"}, "# file passwd: overlay syncuser, always current"},
        {{"wwsh", "file", "sync", "key"},
         "file key: this machine has no /etc/key | wwsh -y file import FILE --name key --path "
         "/etc/key"},
    });
    CHECK(becomes({"wwsh", "file", "import", old})
              .starts_with(old + ":2: %{FQDN} is filled in by Warewulf 3 only | write it as a"));
    REQUIRE(ww::replace_file(old, "IPADDR=%{NETDEVS::IB0::IPADDR}\n"));
    const std::string made = becomes({"wwsh", "file", "import", old, "-D", "/etc/ifcfg-ib0"});
    CHECK(
        made.starts_with(fmt::format("# %{{…}} of {} become {{{{ … }}}}, in a template\n"
                                     "wwctl overlay create wwsh-old-one\n"
                                     "wwctl overlay import --parents wwsh-old-one ",
                                     old)));
    CHECK(made.ends_with(" /etc/ifcfg-ib0.ww"));
}

TEST_CASE("variables of Warewulf 3 as templates", "[ctl][warewulf3]") {
    const auto made = [](const std::string& text) {
        const auto out = as_template(text, "f");
        if (!out) return "! " + out.error().message();
        return *out ? **out : "no template";
    };
    CHECK(made("100 % {{ x }} {a}") == "no template");
    CHECK(made("HOSTNAME=%{NAME}\n") == "HOSTNAME={{ .Id }}\n");
    CHECK(made("%{NODENAME}%{CLUSTER} %{GROUPS} {{ x") ==
          "{{ .Id }}{{ .ClusterName }} {{ .Tags.groups }} {{ \"{{\" }} x");
    CHECK(made("%{NETDEVS::ETH0::HWADDR}") ==
          "{{ range .NetDevs }}{{ if eq .Device \"eth0\" }}{{ .Hwaddr }}{{ end }}{{ end }}");
    CHECK(made("%{NAME}\n100%{") == "{{ .Id }}\n100%{");
    for (const char* unknown : {"NETDEVS", "NETDEVS::ETH0", "NETDEVS::ETH0::FQDN", "", "name"})
        CHECK(made(fmt::format("a\nb %{{{}}}", unknown)) ==
              fmt::format("! f:2: %{{{}}} is filled in by Warewulf 3 only", unknown));
}

TEST_CASE("wwmkchroot", "[ctl][warewulf3]") {
    const std::string elder = becomes({"wwmkchroot", "-a", "aarch64", "rocky-9", "/x"});
    CHECK(elder.starts_with("dnf -y --installroot=/x --releasever=9 "));
    CHECK(elder.find(" install kernel basesystem ") != std::string::npos);
    CHECK(becomes({"wwmkchroot", "--arch=arm64", "debian-12", "/x"})
              .starts_with("mmdebstrap --architectures=arm64 --variant=important "
                           "--include=linux-image-arm64,bash,"));
    CHECK(becomes({"wwmkchroot", "ubuntu-24.04", "/x"}).ends_with(" noble /x"));
    CHECK(becomes({"wwmkchroot", "debian-13", "/x", "--", "--keyring=k"})
              .ends_with(" --keyring=k trixie /x"));
    ::setenv("YUM_MIRROR", "file:///mirror", 1);
    ::setenv("DEB_MIRROR", "file:///mirror", 1);
    CHECK(becomes({"wwmkchroot", "rocky-9", "/x", "--", "--nodocs"})
              .find(" --repofrompath=wwmkchroot,file:///mirror --repo=wwmkchroot "
                    "--setopt=wwmkchroot.gpgcheck=0 --nodocs install ") != std::string::npos);
    CHECK(becomes({"wwmkchroot", "debian-13", "/x"})
              .ends_with(" --hook-dir=/usr/share/mmdebstrap/hooks/file-mirror-automount trixie /x "
                         "file:///mirror"));
    ::unsetenv("YUM_MIRROR");
    ::unsetenv("DEB_MIRROR");
    CHECK(becomes({"wwmkchroot", "rocky", "/x"}).starts_with("no such template: rocky | "));
}

TEST_CASE("every row of Warewulf 3 is whole", "[ctl][warewulf3]") {
    for (const Word& word : all_words()) {
        CAPTURE(word.path);
        CHECK(!word.stands_for.empty());
        std::vector<char> letters{'y', 'h'};
        for (const Option& option : word.options) {
            CAPTURE(option.name);
            CHECK(!explained(option).empty());
            if (option.becomes != Becomes::Own) CHECK(!option.target.empty());
            if (option.letter == 0) continue;
            CHECK(std::count(letters.begin(), letters.end(), option.letter) == 0);
            letters.push_back(option.letter);
        }
        // What it names of wwctl is there, or known to be missing.
        if (!word.stands_for.starts_with("wwctl ")) continue;
        const Words named = cut(word.stands_for.substr(6, word.stands_for.find(',') - 6), " ");
        const Found found = find_command(command_tree(), named);
        CHECK(found.command != &command_tree());
        for (const Option& option : word.options)
            if (option.becomes == Becomes::Flag)
                CHECK(FlagValues(found.command->flags).find(option.target) != nullptr);
    }
}
