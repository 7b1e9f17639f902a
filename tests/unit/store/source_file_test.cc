// SPDX-License-Identifier: BSD-3-Clause
#include "store/source_file.h"

#include <random>

#include "nodes/snapshot.h"
#include "support/catch.h"

using namespace ww::nodes;
using namespace ww::store;

namespace {

using Source = std::shared_ptr<const SourceFile>;
using Built = std::shared_ptr<const Snapshot>;

// Everything a text says: entries, merged nodes, indexes, warnings; or what is wrong with it.
std::string story(const ww::Result<Source>& source, const ww::Result<Built>& built) {
    if (!source) return source.error().describe();
    if (!built) return built.error().describe();
    const Snapshot& all = **built;
    std::string out;
    for (const auto& [id, profile] : all.raw().profiles) out += "profile " + id + "\n";
    for (const Node& node : all.nodes()) {
        out += "node " + node.id + " " + all.digest(node) + "\n";
        REQUIRE(all.find(node.id) == &node);
        for (const auto& [name, device] : node.network_devices) {
            if (const Node* found = all.by_hwaddr(ww::normal_hwaddr(device.hwaddr)))
                out += device.hwaddr + " is " + found->id + "\n";
            if (device.ipaddr) out += "ip of " + all.by_ip(*device.ipaddr)->id + "\n";
        }
    }
    if (const Node* next = all.next_discoverable()) out += "next " + next->id + "\n";
    for (const ww::yaml::Warning& warning : all.warnings()) out += warning.to_string() + "\n";
    return out + all.digest_all();
}

ww::Result<Built> build(const ww::Result<Source>& source, const Snapshot* previous) {
    if (!source) return source.error();
    return Snapshot::build((*source)->registry(), (*source)->warnings(), 1, previous);
}

Source read(std::string_view text, const SourceFile* previous = nullptr) {
    auto file = SourceFile::read(std::string(text), "nodes.conf", previous);
    if (!file) FAIL(file.error().describe());
    return *file;
}

class Writer {
   public:
    explicit Writer(unsigned seed) : random_(seed) {}

    unsigned below(unsigned limit) { return static_cast<unsigned>(random_() % limit); }
    template <size_t N>
    std::string one_of(const char* const (&choices)[N]) {
        return choices[below(N)];
    }

    std::string profile_line() {
        return one_of({"    comment: x\n",
                       "    profiles: [p1]\n",
                       "    profiles:\n    - p2\n    - gone\n",
                       "    runtime overlay: [a, b] # two\n",
                       "    resources:\n      r: {a: 1}\n",
                       "    resources: {s: [1]}\n",
                       "    odd: key\n",
                       "    network devices: {e: {ipaddr: 10.0.0.9}}\n",
                       "\n# between\n"});
    }
    std::string node_line() {
        return one_of({"    comment: |\n      two\n      # lines\n\n",
                       "    comment: \"a\n      b\"\n",
                       "    comment: &c text\n",
                       "    comment: gr\xC3\xB6\xC3\x9F"
                       "er\n",
                       "    init: plain\n      and more\n",
                       "    cluster name: west\n",
                       "    discoverable: true\n",
                       "    profiles: [p1]\n",
                       "    profiles: [p2, ~p1]\n",
                       "    profiles:\n    - p3\n    - missing\n",
                       "    network devices:\n      e: {hwaddr: 02:00:00:00:00:01}\n",
                       "    network devices:\n      e:\n        hwaddr: 02-00-00-00-00-02\n",
                       "    network devices: {e: {ipaddr: 10.0.0.1}}\n",
                       "    network devices: {e: {ipaddr: 10.0.0.1, prefixlen: 3}}\n",
                       "    resources: {s: [2]}\n",
                       "    kernel: {args: [quiet]}\n",
                       "    rack: 7\n",
                       "    # a comment\n",
                       "  # another\n",
                       "\n"});
    }
    // Now and then something that is wrong, or unusual.
    std::string trouble() {
        return one_of({"    comment: *c\n",
                       "    comment: 'open\n",
                       "    init: \"open\n",
                       "    tags: {a: 1\n",
                       "    tags: [1]\n",
                       "    resources: {r: [1]}\n",
                       "   short: 1\n",
                       " n0: {}\n",
                       "\tx: 1\n",
                       "  n1: {}\n",
                       "  <<: {n9: {}}\n",
                       "  ? n8\n",
                       "  ~: {}\n",
                       "  - n7\n",
                       "other: 1\n",
                       "nodes: {}\n",
                       "...\n",
                       "---\nmore: 1\n",
                       "    comment: a\r\n",
                       "    comment: a\xC2\x85# b\n",
                       "# \xFF\n",
                       "# \x01\n",
                       "    comment: a\tb\n",
                       "    network devices: {e: {ipaddr: 10.0.0.300}}\n",
                       "    comment: |2-\n       x\n",
                       "    comment: >+\n      x\n\n\n",
                       "    comment: {}\n"});
    }

    std::string block(bool node, const std::string& name) {
        std::string out = "  " + name + ":" + one_of({"\n", " # here\n"});
        for (unsigned i = below(4); i > 0; --i) out += node ? node_line() : profile_line();
        if (below(60) == 0) out += trouble();
        return out;
    }

   private:
    std::mt19937 random_;
};

// A file as a list of pieces, so that an edit can leave most of them alone.
struct Pieces {
    std::string top, between, bottom;
    std::vector<std::string> profiles, nodes;

    std::string text() const {
        std::string out = top;
        for (const std::string& block : profiles) out += block;
        out += between;
        for (const std::string& block : nodes) out += block;
        return out + bottom;
    }
};

void edit(Pieces& file, Writer& writer) {
    const auto name = [&](bool node) {
        return (node ? "n" : "p") + std::to_string(1 + writer.below(node ? 12 : 4));
    };
    const bool node = writer.below(4) != 0;
    auto& blocks = node ? file.nodes : file.profiles;
    const unsigned at = writer.below(static_cast<unsigned>(blocks.size()) + 1);
    const auto place = blocks.begin() + static_cast<std::ptrdiff_t>(at);
    switch (writer.below(6)) {
        case 0:
            blocks.insert(place, writer.block(node, name(node)));
            break;
        case 1:
            if (place != blocks.end()) blocks.erase(place);
            break;
        case 2:
            if (blocks.size() > 1) std::swap(blocks.front(), blocks[at % blocks.size()]);
            break;
        case 3:
            if (place != blocks.end()) *place += node ? writer.node_line() : writer.profile_line();
            break;
        case 4:
            if (writer.below(4) == 0) file.bottom = writer.trouble();
            if (writer.below(4) == 0) file.top = "# top\n---\n# more\nnodeprofiles:   # p\n";
            break;
        default:
            if (place != blocks.end()) *place = writer.block(node, name(node));
    }
}

}  // namespace

TEST_CASE("reading after an edit comes to what reading anew does", "[store][source_file]") {
    unsigned good = 0;
    unsigned by_blocks = 0;
    for (unsigned seed = 0; seed < 100; ++seed) {
        Writer writer(seed);
        Pieces pieces{"nodeprofiles:\n", "nodes:\n# nodes\n", "", {}, {}};
        Source source;
        Built built;
        for (int round = 0; round < 12; ++round) {
            Pieces next = pieces;
            for (unsigned i = 1 + writer.below(3); i > 0; --i) edit(next, writer);
            const std::string text = next.text();
            const auto whole = SourceFile::read_whole(text, "nodes.conf");
            const auto anew = SourceFile::read(text, "nodes.conf");
            const auto after = SourceFile::read(text, "nodes.conf", source.get());
            const auto built_after = build(after, built.get());
            const std::string expected = story(whole, build(whole, nullptr));
            INFO(text);
            REQUIRE(story(anew, build(anew, nullptr)) == expected);
            REQUIRE(story(after, built_after) == expected);
            if (!built_after) continue;
            CHECK((*after)->registry() == (*whole)->registry());
            ++good;
            by_blocks += (*after)->layout() != nullptr;
            pieces = std::move(next);
            source = *after;
            built = *built_after;
        }
    }
    // Most texts are fine, and most of those have a layout.
    CHECK(good > 400);
    CHECK(by_blocks > good / 2);
}

TEST_CASE("what an edit leaves alone is shared", "[store][source_file]") {
    const char* text =
        "nodeprofiles:\n  p: {init: /a}\n  q: {}\nnodes:\n"
        "  a:\n    profiles: [p]\n  b:\n    profiles: [q]\n  c:\n    comment: c\n";
    const Source before = read(text);
    const Built old = *Snapshot::build(before->registry(), before->warnings(), 1);
    const auto changed = [&](std::string_view from, std::string_view to) {
        std::string now = text;
        now.replace(now.find(from), from.size(), to);
        const Source after = read(now, before.get());
        REQUIRE(after->layout() != nullptr);
        const Built built = *Snapshot::build(after->registry(), after->warnings(), 2, old.get());
        StringList out;
        for (const Node& node : built->nodes())
            if (old->find(node.id) != &node) out.push_back(node.id);
        return out;
    };
    CHECK(changed("comment: c", "comment: d") == StringList{"c"});
    CHECK(changed("init: /a", "init: /b") == StringList{"a"});
    CHECK(changed("q: {}", "q: {profiles: [x], init: /c}") == StringList{"b"});
    CHECK(changed("nodes:", "# nothing\nnodes:") == StringList{});
    CHECK(changed("comment: c", "comment: \"c\"") == StringList{});
    CHECK(changed("  c:\n    comment: c\n", "") == StringList{});
    CHECK(changed("  b:\n", "  bb: {}\n  b:\n") == StringList{"bb"});
}

TEST_CASE("unusual files are read as a whole", "[store][source_file]") {
    for (const char* text : {"",
                             "# nothing\n",
                             "nodes: {a: {}}\n",
                             "x: 1\nnodes:\n  a: {}\n",
                             "nodes:\n  a: &a {}\n  b: *a\n",
                             "nodes:\n  <<: {a: {}}\n",
                             "nodes:\r\n  a: {}\r\n",
                             "%YAML 1.1\n---\nnodes:\n  a: {}\n",
                             "nodes:\n  a: {}\n---\nx: 1\n",
                             "nodes:\n  a: {}\n...\n"}) {
        INFO(text);
        CHECK(read(text)->layout() == nullptr);
    }
    CHECK(read("---\nnodes:\n    a: {}\n    'b': # c\n\nnodeprofiles: {} # none\n")->layout() !=
          nullptr);
}
