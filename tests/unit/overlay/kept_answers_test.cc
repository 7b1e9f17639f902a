// SPDX-License-Identifier: BSD-3-Clause
//
// Exactness: for random sites and random edits, what is kept is what a rendering from scratch
// gives, for every node, every time, across restarts. What is rendered for it is what has to be,
// neither more nor less; and an archive that holds what it held is the same archive, which nobody
// is sent again.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

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
    // Nobody can foresee it, though it is always the same.
    "{{if eq .Tags.role \"x\"}}{{env \"NOBODY_SETS_THIS_FOR_WWD\"}}{{end}}\n",
};
const std::vector<std::string> kOverlays = {"a", "b", "c"};
const std::vector<std::string> kTemplates = {"one", "two", "three"};

// A site whose every value may change.
class RandomSite {
   public:
    explicit RandomSite(uint32_t seed) : random_(seed), site_("nodes: {}\n") {
        images_.folder = site_.path("chroots");
        for (const char* profile : {"base", "rack", "site"}) profiles_[profile] = some_entry();
        for (int i = 0; i < 6; ++i) nodes_[fmt::format("n{}", i)] = some_entry();
        for (const std::string& overlay : kOverlays)
            for (const std::string& file : kTemplates) {
                // Whose time is that of the folder if there is nothing else in it.
                site_.write(folder_of(overlay, file) + "/static", "static");
                if (file != "three") edit_template(overlay, file);
            }
        edit_include();
        edit_image("rocky");
        edit_image("debian");
        write();
    }

    /// Something changes, or comes or goes, or is only looked at by somebody.
    void edit() {
        clock_ += 5000;
        const std::string overlay = one_of(random_, kOverlays);
        const std::string file = one_of(random_, kTemplates);
        switch (below(random_, 14)) {
            case 0:
                return edit_include();
            case 1:
                return edit_image(one_of<std::string>(random_, {"rocky", "debian"}));
            case 2:
            case 3:
                return edit_template(overlay, file);
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
                site_.write(folder_of(overlay, file) + "/static", fmt::format("{}", random_()));
                return;
            case 7:
                ::unlink(template_path(overlay, file).c_str());
                return;
            case 8:
                touch(template_path(overlay, file));
                return;
            case 9:
                touch(site_.path("srv/motd"));
                touch(site_.path("chroots/rocky/rootfs/etc/os"));
                return;
            case 10:
                for (std::string* list : {&system_, &runtime_})
                    *list = one_of<std::string>(random_, {"a, b", "b, a", "c", "a, c", "b"});
                break;
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
                                 .renders_folder = renders,
                                 .render_limits = {.shapes = 10'000},
                                 .clock = [this] { return clock_; }});
    }

    std::string template_path(const std::string& overlay, const std::string& file) const {
        return site_.path(folder_of(overlay, file) + "/t.ww");
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

    // Each template is in one of its own: what two overlays bring is another test's.
    static std::string folder_of(const std::string& overlay, const std::string& file) {
        return fmt::format("overlays/{0}/rootfs/{0}/{1}", overlay, file);
    }
    static void touch(const std::string& path) {
        ::utimensat(AT_FDCWD, path.c_str(), nullptr, 0);  // if it is there
    }

    void edit_template(const std::string& overlay, const std::string& file) {
        std::string text;
        for (size_t left = 1 + below(random_, 3); left > 0; --left)
            text += one_of(random_, kPieces);
        for (size_t at; (at = text.find("MOTD")) != std::string::npos;)
            text.replace(at, 4, site_.path("srv/motd"));
        site_.write(folder_of(overlay, file) + "/t.ww", text);
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
        put("base",
            profiles_["base"],
            fmt::format(
                "    system overlay: [{}]\n    runtime overlay: [{}]\n", system_, runtime_));
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
    std::string system_ = "a, b", runtime_ = "c";
    int64_t clock_ = 1'000'000'000;
};

struct Sent {
    Contents contents;
    std::string digest;
};

Sent sent(Builder& builder,
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
    Sent sent{.contents = {}, .digest = served->archive->digest};
    ww::archive::CpioReader reader(bytes);
    ww::archive::CpioRecord record;
    while (*reader.next(record)) sent.contents[std::string(record.path)] = record.data;
    return sent;
}

// By a builder that knows nothing.
Contents from_scratch(RandomSite& site,
                      const SnapshotPtr& snapshot,
                      const ww::nodes::Node& node,
                      Context context) {
    Contents contents;
    for (const std::string& overlay : overlays_of(node, context)) {
        const auto builder = site.builder("");
        const auto files = builder->files_of(*snapshot, node, overlay);
        if (!files) FAIL(files.error().describe());
        for (const auto& [path, entry] : files->files.entries())
            contents[path] = entry.data ? *entry.data : std::string();
    }
    return contents;
}

struct Work {
    uint64_t renders = 0;    // templates that are run
    uint64_t as_before = 0;  // of them, those that make what the template made before
    uint64_t saved = 0;      // others that were asked for

    bool operator==(const Work&) const = default;
};
std::ostream& operator<<(std::ostream& out, const Work& work) {
    return out << fmt::format(
               "{} renders, {} as before, {} saved", work.renders, work.as_before, work.saved);
}

// How much has to be rendered, told by renderings from scratch: a template is run unless one with
// the same file was, when it read the same and found the same. Keeps nothing but that.
class Expected {
   public:
    explicit Expected(RandomSite& site) : site_(site), cache_(overlay_functions()) {}

    /// For all templates of all nodes as the site is now, after all that was rendered earlier.
    Work all() {
        snapshot_ = site_.site().snapshot();
        Work work;
        for (const ww::nodes::Node& node : snapshot_->nodes())
            for (const Context context : {Context::System, Context::Runtime})
                for (const std::string& overlay : overlays_of(node, context))
                    for (const std::string& file : kTemplates)
                        add(work, node, site_.template_path(overlay, file));
        return work;
    }

    /// What was not kept is not known any more.
    void restart() {
        std::erase_if(contents_, [](const auto& each) { return !each.second.value(); });
    }

   private:
    void add(Work& work, const ww::nodes::Node& node, const std::string& path) {
        const auto identity = ww::identity_of(path);
        if (!identity) return;
        const RootData root = root_of(node, path);
        Recorder recorder(root);
        Inputs inputs;
        const auto source = cache_.get(path);
        REQUIRE(source);
        auto made = render(*source, {root, site_.images(), inputs, &recorder});
        REQUIRE(made);
        const Trace trace = recorder.finish();
        std::string reads;
        for (const Path& each : trace.reads) reads += to_text(each) + "\n";
        const bool is_kept = trace.unforeseeable.empty();
        const auto [known, is_new] = known_.try_emplace({path, reads, trace.digest});
        const std::pair depends(*identity, trace.files);
        if (is_kept && !is_new && known->second == depends) {
            ++work.saved;
            return;
        }
        if (is_kept)
            known->second = depends;
        else if (is_new)
            known_.erase(known);
        // What becomes no file is no matter.
        if (!made->write) made->outputs.assign(1, {});
        for (size_t i = 0; i < made->outputs.size(); ++i)
            if (!made->written(i) || made->outputs[i].is_link) made->outputs[i].text.clear();
        Packer content;
        put_files(content, *made);
        ++work.renders;
        auto& lasts = contents_[{path, std::string(content.bytes())}];
        if (lasts) ++work.as_before;
        lasts = lasts.value_or(false) || is_kept;
    }

    RootData root_of(const ww::nodes::Node& node, const std::string& path) const {
        RootData root;
        root.conf = &site_.site().conf();
        root.snapshot = snapshot_.get();
        root.node = node;
        if (root.node.kernel.version.empty()) root.node.kernel.version = "6.1";
        root.build_source = path;
        root.derive();
        return root;
    }

    using Depends = std::pair<ww::FileIdentity, Inputs>;

    RandomSite& site_;
    TemplateCache cache_;
    std::shared_ptr<const ww::nodes::Snapshot> snapshot_;
    // By template, places and what was there.
    std::map<std::tuple<std::string, std::string, std::string>, Depends> known_;
    // By template and content: whether it was kept.
    std::map<std::pair<std::string, std::string>, std::optional<bool>> contents_;
};

// The real thing, and what it is compared with.
class Trial {
   public:
    explicit Trial(uint32_t seed) : site_(seed), expected_(site_) { start(); }

    void edit() { site_.edit(); }

    void restart() {
        const auto is_unforeseeable = [&](const auto& each) {
            const auto& [node, context] = each.first;
            for (const ArchiveState& state : now().archives)
                if (state.node == node && state.context == context)
                    return state.is == ArchiveState::Is::Unforeseeable;
            return true;  // of a node that is not there nobody knows
        };
        std::erase_if(sent_, is_unforeseeable);  // not kept, and so made anew
        builder_.reset();
        expected_.restart();
        start();
    }

    /// What every node gets.
    void check_answers() {
        const Statistics before = now();
        const auto snapshot = site_.site().snapshot();
        for (const ww::nodes::Node& node : snapshot->nodes())
            for (const Context context : {Context::System, Context::Runtime}) {
                CAPTURE(node.id, to_string(context));
                Sent got = sent(*builder_, snapshot, node, context);
                REQUIRE(got.contents == from_scratch(site_, snapshot, node, context));
                Sent& last = sent_[{node.id, context}];
                if (got.contents == last.contents) REQUIRE(got.digest == last.digest);
                last = std::move(got);
            }
        Work expected = expected_.all();
        const Work work = since(before);
        expected.saved = work.saved;  // archives that are right are not even looked into
        REQUIRE(work == expected);
    }

    /// What is there to be used for all of them.
    void check_kept() {
        const Statistics before = now();
        const auto snapshot = site_.site().snapshot();
        for (const ww::nodes::Node& node : snapshot->nodes())
            for (const Context context : {Context::System, Context::Runtime})
                for (const std::string& overlay : overlays_of(node, context))
                    REQUIRE(builder_->files_of(*snapshot, node, overlay));
        REQUIRE(since(before) == expected_.all());
    }

   private:
    void start() { builder_ = site_.builder(site_.site().path("renders")); }
    Statistics now() const { return builder_->statistics(site_.site().snapshot()); }
    Work since(const Statistics& before) const {
        const Statistics after = now();
        CHECK(after.failed == 0);
        CHECK(after.evicted == 0);
        return {after.renders - before.renders,
                after.as_before - before.as_before,
                after.renders_saved - before.renders_saved};
    }

    RandomSite site_;
    Expected expected_;
    std::unique_ptr<Builder> builder_;
    std::map<std::pair<std::string, Context>, Sent> sent_;  // last, by node
};

constexpr uint32_t kSites = 3;
constexpr int kEdits = 20;

}  // namespace

TEST_CASE("what is kept is what a rendering from scratch gives", "[overlay][renders][property]") {
    for (uint32_t seed = 1; seed <= kSites; ++seed) {
        CAPTURE(seed);
        Trial trial(seed);
        trial.check_answers();
        for (int turn = 0; turn < kEdits; ++turn) {
            CAPTURE(turn);
            trial.edit();
            if (turn % 8 == 3) trial.restart();  // the edit was made meanwhile
            trial.check_answers();
            if (turn % 4 == 0) trial.check_answers();  // nothing changed
            if (turn % 8 == 7) trial.restart();
            trial.check_kept();
        }
    }
}
