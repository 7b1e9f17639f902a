// SPDX-License-Identifier: BSD-3-Clause
//
// Exactness: for random sites and random edits, what is kept is what a rendering from scratch
// gives, for every node, every time, across restarts; and nothing is rendered that need not be.
#include <map>
#include <optional>
#include <random>
#include <set>

#include "archive/cpio_reader.h"
#include "overlay/builder.h"
#include "overlay/renders/codec.h"
#include "render/recorder.h"
#include "support/catch.h"
#include "support/served.h"
#include "support/site.h"

using namespace ww::overlay;
using namespace ww::render;
using ww::test::Site;

namespace {

using Contents = std::map<std::string, std::string>;
using Random = std::mt19937;

size_t below(Random& random, size_t limit) { return random() % limit; }

template <class T>
const T& one_of(Random& random, const std::vector<T>& from) {
    return from[below(random, from.size())];
}

struct TwoImages final : ImageFiles {
    std::string folder;
    std::string rootfs(const std::string& image) const override {
        return image == "rocky" || image == "debian" ? folder + "/" + image + "/rootfs" : "";
    }
};

// What templates are made of. MOTD stands for a file of the server.
const std::vector<std::string> kPieces = {
    "plain\n",
    "{{.Id}} {{.ClusterName}}\n",
    "{{.Tags.rack}}{{if .Tags.role}} role {{.Tags.role}} of {{.Comment}}{{end}}\n",
    "{{range $k, $v := .Tags}}{{$k}}={{$v}};{{end}}\n",
    "{{if .NetDevs.ib0}}has ib0{{end}}\n",
    "{{range $n, $d := .NetDevs}}{{$n}} {{$d.Device}} {{$d.IpCIDR}} {{$d.Tags.dns}}\n{{end}}",
    "{{with .NetDevs.default}}{{.Ipaddr}} {{.Hwaddr | upper}}{{end}}\n",
    "{{range .AllNodes}}{{.Id}} {{range .NetDevs}}{{.Ipaddr}}{{end}}\n{{end}}",
    "{{range .AllNodes}}{{if eq .Id \"n3\"}}{{.Comment}}{{end}}{{end}}\n",
    "{{len .AllNodes}}{{range .AllNodes}}{{if eq .Id $.Id}}me: {{.Tags.rack}}{{end}}{{end}}\n",
    "{{range .AllNodes}}{{range $k, $v := .Tags}}{{$k}}{{end}}{{end}}\n",
    "{{(index .AllNodes 0).Comment}}\n",
    "{{toJson .ThisNode.Tags}}{{toJson .Kernel}}\n",
    "{{Include \"MOTD\"}}\n",
    "{{IncludeFrom .ImageName \"/etc/os\"}}\n",
    "{{if eq .Tags.rack \"r1\"}}{{abort}}{{end}}kept\n",
    "{{file \"extra\"}}{{.Kernel.Version}} {{join \",\" .Kernel.Args}}\n",
    "{{range .NetDevs}}{{file (print .Device \".conf\")}}{{.Device}}\n{{end}}",
    "{{file \"link\"}}{{softlink (print \"/etc/\" .Tags.rack)}}",
    "{{nobackup}}{{.ImageName}} {{.Arch}}\n",
    "{{if IgnitionJson}}{{IgnitionJson}}{{end}}{{len .ThisNode.DiskList}}\n",
    "{{range .ThisNode.FileSystemList}}{{.Id}} {{.Path}}\n{{end}}",
    "{{range .Profiles}}{{.}} {{end}}{{.Warewulf.Port}} {{.Ipaddr}}\n",
    "{{if .Resources.mounts}}{{range .Resources.mounts}}{{.}}{{end}}{{end}}\n",
    "{{if and .Tags.role (gt (len .Tags) 1)}}{{.ThisNode.Comment}}{{else}}{{.Init}}{{end}}\n",
};

// A site whose every value may change.
class RandomSite {
   public:
    explicit RandomSite(uint32_t seed) : random_(seed), site_("nodes: {}\n") {
        images_.folder = site_.path("chroots");
        for (const char* profile : {"base", "rack", "site"}) profiles_[profile] = some_entry();
        for (int i = 0; i < 6; ++i) nodes_[fmt::format("n{}", i)] = some_entry();
        for (const char* overlay : {"a", "b", "c"})
            for (const char* file : {"one", "two"}) edit_template(overlay, file);
        edit_include();
        edit_image("rocky");
        edit_image("debian");
        write();
    }

    /// Something changes, or comes or goes.
    void edit() {
        switch (below(random_, 12)) {
            case 0:
                return edit_include();
            case 1:
                return edit_image(one_of<std::string>(random_, {"rocky", "debian"}));
            case 2:
            case 3:
                return edit_template(one_of<std::string>(random_, {"a", "b", "c"}),
                                     one_of<std::string>(random_, {"one", "two", "three"}));
            case 4:
                profiles_[one_of<std::string>(random_, {"base", "rack", "site"})] = some_entry();
                break;
            case 5: {
                const std::string id = fmt::format("n{}", below(random_, 9));
                if (nodes_.size() > 2 && nodes_.erase(id) > 0) break;
                nodes_[id] = some_entry();
                break;
            }
            case 6:
                site_.write("overlays/a/rootfs/static", fmt::format("static {}", random_()));
                return;
            default:
                some_node() = some_entry(&some_node());
        }
        write();
    }

    std::unique_ptr<Builder> builder(const std::string& renders) {
        return std::make_unique<Builder>(
            Builder::Environment{.conf = site_.conf(),
                                 .images = images_,
                                 .kernel_version = [](const auto&) { return std::string("6.1"); },
                                 .architecture = [](const auto&) { return std::string(); },
                                 .renders_folder = renders});
    }

    const Site& site() const { return site_; }
    const ImageFiles& images() const { return images_; }

   private:
    using Lines = std::map<std::string, std::string>;  // by key

    Lines& some_node() {
        return std::next(nodes_.begin(), static_cast<std::ptrdiff_t>(below(random_, nodes_.size())))
            ->second;
    }

    std::string number() { return std::to_string(below(random_, 3)); }

    // Another one, or `old` with one thing changed.
    Lines some_entry(const Lines* old = nullptr) {
        Lines lines;
        const auto maybe = [&](const char* key, const std::string& value) {
            if (below(random_, 3) > 0) lines[key] = value;
        };
        maybe("comment", "c" + number());
        maybe("cluster name", "k" + number());
        maybe("image name", one_of<std::string>(random_, {"rocky", "debian", "none"}));
        maybe("init", "/i" + number());
        maybe("kernel", "{args: [a" + number() + ", quiet]}");
        maybe("tags",
              one_of<std::string>(random_,
                                  {"{rack: r1}", "{rack: r2, role: x}", "{role: y, z: '1'}"}));
        maybe("network devices",
              fmt::format("{{{}: {{device: eth{}, ipaddr: 10.0.{}.{}, netmask: 255.255.0.0, "
                          "hwaddr: '02:00:00:00:00:0{}', tags: {{dns: d{}}}}}}}",
                          one_of<std::string>(random_, {"default", "ib0", "default"}),
                          number(),
                          number(),
                          number(),
                          number(),
                          number()));
        maybe("disks", "{/dev/sda: {partitions: {p" + number() + ": {number: '1'}}}}");
        maybe("filesystems", "{/dev/sda1: {format: ext4, path: /m" + number() + "}}");
        maybe("resources", "{mounts: [/a" + number() + "]}");
        if (old == nullptr || old->empty()) return lines;
        Lines changed = *old;
        const auto& key =
            std::next(old->begin(), static_cast<std::ptrdiff_t>(below(random_, old->size())))
                ->first;
        changed.erase(key);
        if (lines.contains(key)) changed[key] = lines[key];
        return changed;
    }

    void edit_template(const std::string& overlay, const std::string& file) {
        std::string text;
        for (size_t left = 1 + below(random_, 3); left > 0; --left)
            text += one_of(random_, kPieces);
        for (size_t at; (at = text.find("MOTD")) != std::string::npos;)
            text.replace(at, 4, site_.path("srv/motd"));
        // Each in a folder of its own: what two overlays bring is another test's.
        site_.write(fmt::format("overlays/{}/rootfs/{}/{}/t.ww", overlay, overlay, file), text);
    }
    void edit_include() { site_.write("srv/motd", fmt::format("motd {}\n", random_())); }
    void edit_image(const std::string& name) {
        site_.write("chroots/" + name + "/rootfs/etc/os", fmt::format("os {}\n", random_()));
    }

    void write() {
        std::string text = "nodeprofiles:\n";
        const auto put = [&](const std::string& id, const Lines& lines, const std::string& more) {
            text += fmt::format("  {}:\n{}", id, more);
            for (const auto& [key, value] : lines) text += fmt::format("    {}: {}\n", key, value);
        };
        put("base", profiles_["base"], "    system overlay: [a, b]\n    runtime overlay: [c]\n");
        put("rack", profiles_["rack"], "    profiles: [base]\n");
        put("site", profiles_["site"], "    profiles: [rack]\n");
        text += "nodes:\n";
        for (const auto& [id, lines] : nodes_) put(id, lines, "    profiles: [site]\n");
        site_.write("etc/warewulf/nodes.conf", text);
        site_.reload();
    }

    Random random_;
    Site site_;
    TwoImages images_;
    std::map<std::string, Lines> profiles_, nodes_;
};

Contents archive_of(Builder& builder,
                    const SnapshotPtr& snapshot,
                    const ww::nodes::Node& node,
                    Context context) {
    auto served = builder.current(snapshot, node, context, Form::Plain);
    if (!served) {
        const auto made = builder.ensure(snapshot, node, context, Form::Plain, [] {});
        REQUIRE(made);
        if (!*made) FAIL(made->error().describe());
        served = **made;
    }
    const std::string bytes = ww::test::bytes_of(*served);
    Contents contents;
    ww::archive::CpioReader reader(bytes);
    ww::archive::CpioRecord record;
    while (*reader.next(record)) contents[std::string(record.path)] = record.data;
    return contents;
}

// By a builder that knows nothing.
Contents from_scratch(RandomSite& site,
                      const SnapshotPtr& snapshot,
                      const ww::nodes::Node& node,
                      Context context) {
    Contents contents;
    for (const std::string& overlay :
         context == Context::System ? node.system_overlay : node.runtime_overlay) {
        const auto builder = site.builder("");
        const auto files = builder->files_of(*snapshot, node, overlay);
        if (!files) FAIL(files.error().describe());
        for (const auto& [path, entry] : files->files.entries())
            contents[path] = entry.data ? *entry.data : std::string();
    }
    return contents;
}

// What templates of all nodes depended on before an edit.
class Traces {
   public:
    explicit Traces(RandomSite& site) : site_(site), cache_(overlay_functions()) { record(); }

    /// How many (node, template) there are for which nothing recorded holds any more.
    size_t to_look_at() {
        const auto before = std::move(traces_);
        record();
        std::set<std::string> stale;
        for (const auto& [key, trace] : traces_) {
            const auto old = before.find(key);
            if (old == before.end() || old->second.first != trace.first ||
                !old->second.second.holds(root_of(key)))
                stale.insert(key.first + key.second);
        }
        return stale.size();
    }

   private:
    using Key = std::pair<std::string, std::string>;  // node, path of the template

    RootData root_of(const Key& key) {
        RootData root;
        root.conf = &site_.site().conf();
        root.snapshot = snapshot_.get();
        root.node = *snapshot_->find(key.first);
        if (root.node.kernel.version.empty()) root.node.kernel.version = "6.1";
        root.build_source = key.second;
        root.derive();
        return root;
    }

    void record() {
        traces_.clear();
        snapshot_ = site_.site().snapshot();
        for (const ww::nodes::Node& node : snapshot_->nodes())
            for (const char* overlay : {"a", "b", "c"})
                for (const char* file : {"one", "two", "three"}) {
                    const Key key(node.id,
                                  site_.site().path(fmt::format(
                                      "overlays/{}/rootfs/{}/{}/t.ww", overlay, overlay, file)));
                    const auto identity = ww::identity_of(key.second);
                    if (!identity) continue;
                    const auto source = cache_.get(key.second);
                    REQUIRE(source);
                    const RootData root = root_of(key);
                    Recorder recorder(root);
                    Inputs inputs;
                    REQUIRE(render(*source, {root, site_.images(), inputs, &recorder}));
                    traces_.emplace(key, std::pair(identity->inode, recorder.finish()));
                }
    }

    RandomSite& site_;
    TemplateCache cache_;
    std::shared_ptr<const ww::nodes::Snapshot> snapshot_;
    std::map<Key, std::pair<uint64_t, Trace>> traces_;
};

constexpr uint32_t kSites = 4;
constexpr int kEdits = 16;

}  // namespace

TEST_CASE("what is kept is what a rendering from scratch gives", "[overlay][renders][property]") {
    for (uint32_t seed = 1; seed <= kSites; ++seed) {
        CAPTURE(seed);
        RandomSite site(seed);
        const std::string folder = site.site().path("renders");
        auto builder = site.builder(folder);
        const auto renders = [&] { return builder->statistics(site.site().snapshot()).renders; };
        const auto check_all = [&] {
            const auto snapshot = site.site().snapshot();
            for (const ww::nodes::Node& node : snapshot->nodes())
                for (const Context context : {Context::System, Context::Runtime}) {
                    CAPTURE(node.id, to_string(context));
                    REQUIRE(archive_of(*builder, snapshot, node, context) ==
                            from_scratch(site, snapshot, node, context));
                }
        };
        check_all();
        for (int turn = 0; turn < kEdits; ++turn) {
            CAPTURE(turn);
            Traces traces(site);
            const uint64_t before = renders();
            check_all();
            REQUIRE(renders() == before);  // nothing changed
            site.edit();
            check_all();
            REQUIRE(renders() - before <= traces.to_look_at());
            if (turn % 8 == 7) {
                builder.reset();
                builder = site.builder(folder);
                check_all();
                REQUIRE(renders() == 0);
            }
        }
    }
}
