// SPDX-License-Identifier: BSD-3-Clause
//
// Random edits of hand-formatted files: the lines of what is not edited stay as they are, and the
// text reads as the edited registry.
#include <random>
#include <set>

#include "nodes/emit.h"
#include "nodes/set.h"
#include "nodes/unset.h"
#include "store/splice.h"
#include "support/site_text.h"

using namespace ww::nodes;
using namespace ww::store;

namespace {

// A line and the path of what it says: "n1/tags/a". Lines of nobody (no path) always stay.
struct Line {
    std::string text;
    std::string owner;
};

class Site {
   public:
    explicit Site(unsigned seed) : random_(seed) {
        if (below(3) == 0) {
            put("x-common: &common", "");
            put("  comment: shared   # by some", "");
        }
        const bool shared = !lines.empty();
        put(one_of({"nodeprofiles:", "nodeprofiles:   # profiles"}), "");
        step_ = 2 + below(3);
        entry("p1");
        entry("p2");
        remark(0);
        put(one_of({"nodes:", "nodes:  # all of them"}), "");
        step_ = 2 + below(3);
        for (const char* id : {"n3", "n1", "n2", "n10"}) {
            remark(step_);
            entry(id);
        }
        if (shared) {
            put(indent(1) + "z1:", "");
            put(indent(2) + "<<: *common", "");
        }
        if (below(2) == 0) put("# the end", "");
    }

    unsigned below(unsigned limit) { return static_cast<unsigned>(random_() % limit); }
    std::string one_of(std::initializer_list<const char*> choices) {
        return choices.begin()[below(static_cast<unsigned>(choices.size()))];
    }

    std::string text() const {
        std::string out;
        for (const Line& line : lines) out += line.text + "\n";
        return out;
    }

    std::vector<Line> lines;
    std::set<std::string> flow;  // owners that stand on one line with all that is in them

   private:
    std::string indent(unsigned depth) const { return std::string(size_t{depth} * step_, ' '); }
    void put(std::string line, std::string owner) {
        lines.push_back({std::move(line), std::move(owner)});
    }
    void remark(unsigned column) {
        if (below(3) == 0)
            put(std::string(column, ' ') + one_of({"# see above", "#", "# a: b"}), "");
        if (below(5) == 0) put("", "");
    }
    std::string tail() { return one_of({"", "", "   # why not", " #"}); }
    std::string quoted(const std::string& text) {
        const std::string quote = one_of({"", "'", "\""});
        return quote + text + quote;
    }

    void scalar(const std::string& owner, const std::string& key, unsigned depth) {
        const std::string path = owner + "/" + key;
        const std::string value = one_of({"one", "two words", "3rd", "x-y_z"});
        const std::string head = indent(depth) + quoted(key) + ":";
        switch (below(6)) {
            case 0:
                put(head, path);
                put(indent(depth + 1) + value + tail(), path);
                break;
            case 1:
                put(head + " |", path);
                put(indent(depth + 1) + value, path);
                put(indent(depth + 1) + "# text", path);
                break;
            case 2:
                put(head + " \"" + value, path);
                put(indent(depth + 2) + "goes on\"" + tail(), path);
                break;
            default:
                put(head + one_of({" ", "   "}) + quoted(value) + tail(), path);
        }
    }

    void list(const std::string& owner, const std::string& key, unsigned depth) {
        const std::string path = owner + "/" + key;
        if (below(4) == 0) {
            flow.insert(path);
            return put(indent(depth) + key + ": [p1, \"p2\"]" + tail(), path);
        }
        put(indent(depth) + key + ":" + tail(), path);
        const std::string dash = below(2) == 0 ? indent(depth) : indent(depth + 1);
        for (const char* item : {"p1", "p2", "p3", "p4", "p5"}) {
            if (below(4) == 0) put(dash + "# next", path + "/#");
            if (below(3) != 0) put(dash + "- " + quoted(item) + tail(), path + "/" + item);
        }
        if (lines.back().owner == path) put(dash + "- p9", path + "/p9");
    }

    void map(const std::string& owner,
             const std::string& key,
             unsigned depth,
             std::initializer_list<const char*> keys) {
        const std::string path = owner + "/" + key;
        if (below(5) == 0) {
            flow.insert(path);
            return put(indent(depth) + key + ": {" + *keys.begin() + ": '1'}" + tail(), path);
        }
        put(indent(depth) + key + ":" + tail(), path);
        for (const char* each : keys) {
            if (below(4) == 0) put(indent(depth + 1) + "# " + each, path + "/#");
            scalar(path, each, depth + 1);
        }
    }

    void entry(const std::string& id) {
        put(indent(1) + id + ":" + tail(), id);
        std::vector<unsigned> order = {0, 1, 2, 3, 4, 5, 6};
        std::shuffle(order.begin(), order.end(), random_);
        order.resize(2 + below(6));
        for (const unsigned field : order) {
            if (below(4) == 0) put(indent(2) + "# about", id + "/#");
            if (below(6) == 0) put("", id + "/#");
            switch (field) {
                case 0:
                    scalar(id, "comment", 2);
                    break;
                case 1:
                    scalar(id, "init", 2);
                    break;
                case 2:
                    list(id, "profiles", 2);
                    break;
                case 3:
                    map(id, "tags", 2, {"a", "b"});
                    break;
                case 4:
                    map(id, "kernel", 2, {"version"});
                    break;
                case 5:
                    put(indent(2) + "rack: {row: 7}  # unknown", id + "/rack");
                    break;
                default: {
                    const std::string path = id + "/network devices";
                    put(indent(2) + "network devices:" + tail(), path);
                    put(indent(3) + "default:" + tail(), path + "/default");
                    scalar(path + "/default", "type", 4);
                    scalar(path + "/default", "mtu", 4);
                    put(indent(4) + "odd: 1 # unknown", path + "/default/odd");
                }
            }
        }
    }

    std::mt19937 random_;
    unsigned step_ = 2;
};

// An edit, and the paths that are its business.
struct Edit {
    std::set<std::string> paths;
    std::set<std::string> gone;  // with all that is below
};

Edit edit_entry(Site& site, const std::string& id, Profile& entry) {
    SetRequest set;
    UnsetRequest unset;
    Edit edit;
    const std::string value =
        site.one_of({"new", "true", "a: b", "12", "it's", " spaced", "# no comment", "two\nlines"});
    const std::string tag = site.one_of({"a", "b", "c"});
    switch (site.below(10)) {
        case 0:
            set.fields = {{"comment", {value}}};
            edit.paths = {id + "/comment"};
            break;
        case 1:
            unset.fields = {site.one_of({"comment", "init"})};
            edit.paths = {id + "/" + unset.fields[0]};
            break;
        case 2:
            set.tags = {{tag, value}};
            edit.paths = {id + "/tags/" + tag};
            break;
        case 3:
            set.tag_del = {tag};
            edit.paths = {id + "/tags/" + tag};
            break;
        case 4:
            set.fields = {{"type", {value}}};
            edit.paths = {id + "/network devices/default/type"};
            break;
        case 5:
            set.selectors.netname = "second";
            set.fields = {{"hwaddr", {"00:00:00:00:00:01"}}};
            break;
        case 6: {
            StringList now;
            edit.paths.insert(id + "/profiles/last");
            for (const std::string& profile : entry.profiles) {
                if (site.below(4) == 0) now.push_back("fresh" + std::to_string(now.size()));
                if (site.below(4) == 0)
                    edit.paths.insert(id + "/profiles/" + profile);
                else
                    now.push_back(profile);
            }
            now.push_back("last");
            entry.profiles = now;
            return edit;
        }
        case 7:
            unset.fields = {"mtu"};
            edit.paths = {id + "/network devices/default/mtu"};
            break;
        case 8:
            set.fields = {{"kernelversion", {value}}};
            edit.paths = {id + "/kernel/version"};
            break;
        default:
            unset.fields = {"kernelversion"};
            edit.paths = {id + "/kernel/version"};
    }
    REQUIRE(SetEdit::of(set)->apply(entry));
    if (!unset.fields.empty()) REQUIRE(UnsetEdit::of(unset)->apply(entry));
    return edit;
}

bool is_below(const std::string& path, const std::string& top) {
    return path == top || path.starts_with(top + "/");
}

// Whether the edit may touch a line of `owner`.
bool may_touch(const Edit& edit, const std::string& owner, const Site& site) {
    if (owner.empty()) return false;
    for (const std::string& top : edit.gone)
        if (is_below(owner, top)) return true;
    for (const std::string& path : edit.paths) {
        if (is_below(owner, path)) return true;
        if (site.flow.contains(owner) && is_below(path, owner)) return true;
    }
    return false;
}

// Whether the edit takes away all there is below a path; its key goes as well then, and its
// comments may.
bool loses_all(const Edit& edit, const std::string& path, const Site& site) {
    bool any = false;
    for (const Line& line : site.lines) {
        if (line.owner == path || !is_below(line.owner, path) || line.owner.ends_with("/#"))
            continue;
        if (!may_touch(edit, line.owner, site)) return false;
        any = true;
    }
    return any;
}

std::vector<std::string> lines_of(std::string_view text) {
    std::vector<std::string> out;
    while (!text.empty()) {
        const size_t end = text.find('\n');
        out.emplace_back(text.substr(0, end));
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
    return out;
}

}  // namespace

TEST_CASE("random edits leave every other line as it is", "[store][splice]") {
    for (unsigned seed = 0; seed < 400; ++seed) {
        Site site(seed);
        const std::string text = site.text();
        INFO(text);
        auto file = SourceFile::read(text, "nodes.conf");
        if (!file) FAIL(file.error().describe());
        Registry after = (*file)->registry();
        const std::string id = site.one_of({"n1", "n2", "n3", "n10", "p1", "p2"});
        Edit edit;
        switch (site.below(8)) {
            case 0:
                after.nodes["n4"].comment = "added";
                after.nodes["n0"].init = "/x";
                break;
            case 1:
                after.nodes.erase(id);
                after.profiles.erase(id);
                edit.gone = {id};
                break;
            default:
                edit = id[0] == 'n' ? edit_entry(site, id, after.nodes[id])
                                    : edit_entry(site, id, after.profiles[id]);
        }
        auto now = splice(**file, after);
        if (!now) FAIL(now.error().describe());
        const std::vector<std::string> result = lines_of((*now)->text());
        INFO((*now)->text());
        auto at = result.begin();
        for (const Line& line : site.lines) {
            const size_t slash = line.owner.rfind('/');
            const std::string around =
                line.owner.ends_with("/#") ? line.owner.substr(0, slash) : line.owner;
            if (may_touch(edit, line.owner, site)) continue;
            if (!edit.paths.empty() && around.find('/') != std::string::npos &&
                loses_all(edit, around, site))
                continue;
            at = std::find(at, result.end(), line.text);
            INFO("lost: " << line.text << " of " << line.owner);
            REQUIRE(at != result.end());
            ++at;
        }
        // As a whole it comes to the same.
        auto whole = SourceFile::read_whole(text, "nodes.conf");
        auto other = splice(**whole, after);
        if (!other) FAIL(other.error().describe());
        CHECK((*other)->text() == (*now)->text());
    }
}

TEST_CASE("random edits keep upstream's form", "[store][splice]") {
    for (unsigned seed = 0; seed < 200; ++seed) {
        Site site(seed);
        const Registry content = ww::test::registry(site.text());
        auto file = SourceFile::read(emit_registry(content, 2), "nodes.conf");
        if (!file) FAIL(file.error().describe());
        Registry after = (*file)->registry();
        for (unsigned i = 1 + site.below(3); i > 0; --i) {
            const std::string id = site.one_of({"n1", "n2", "n3", "n10", "n4"});
            if (site.below(6) == 0)
                after.nodes.erase(id);
            else
                edit_entry(site, id, after.nodes[id]);
            if (site.below(3) == 0) edit_entry(site, "p1", after.profiles["p1"]);
        }
        auto now = splice(**file, after);
        if (!now) FAIL(now.error().describe());
        INFO((*file)->text());
        CHECK((*now)->text() == emit_registry((*now)->registry(), 2));
    }
}
