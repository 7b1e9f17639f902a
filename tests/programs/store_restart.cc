// SPDX-License-Identifier: BSD-3-Clause
//
// Starts on what a crash left. In: a folder a line, with etc/nodes.conf and state/ in it. Out: a
// JSON object a line: what the file and the history say after the start, which files are left, and
// what became of the file by another change, by taking that back, and by taking back the newest
// change that the history tells.
#include <algorithm>
#include <boost/json.hpp>
#include <filesystem>
#include <iostream>
#include <string>
#include <vector>

#include "base/file.h"
#include "store/database.h"
#include "store/undo.h"

namespace json = boost::json;
using namespace ww;

namespace {

json::array array_of(const std::vector<std::string>& texts) {
    json::array out;
    for (const std::string& text : texts) out.emplace_back(text);
    return out;
}

class Restart {
   public:
    explicit Restart(const std::string& folder)
        : folder_(folder), path_(folder + "/etc/nodes.conf") {}

    json::object play() {
        const auto database = store::Database::open(path_, folder_ + "/lock", folder_ + "/state");
        (void)database->record();
        json::object out;
        out["problem"] = database->problem() ? database->problem()->describe() : "";
        out["text"] = text();
        out["files"] = files();
        const auto revisions = database->journal()->revisions({.texts = true});
        if (!revisions) {
            out["error"] = revisions.error().describe();
            return out;
        }
        json::array told;
        for (const store::Revision& revision : *revisions) told.push_back(row(revision));
        out["history"] = std::move(told);
        const auto unfinished = database->journal()->unfinished();
        out["unfinished"] = unfinished ? unfinished->size() : 0;
        const auto changed = database->commit([](nodes::Registry& registry) -> Result<void> {
            registry.nodes["next"].comment = "next";
            return {};
        });
        if (!changed) {
            out["error"] = changed.error().describe();
            return out;
        }
        out["next"] = text();
        out["warnings"] = array_of(changed->warnings);
        take_back(*database, changed->revision);
        out["back"] = text();
        if (!revisions->empty()) take_back(*database, revisions->front().number);
        out["undone"] = text();
        return out;
    }

   private:
    static json::object row(const store::Revision& revision) {
        json::array entries;
        for (const store::EntryChange& entry : revision.entries)
            entries.push_back(
                json::array{entry.id.name, entry.before.value_or(""), entry.after.value_or("")});
        return {{"via", revision.author.via},
                {"command", revision.author.command},
                {"before", revision.digest_before},
                {"after", revision.digest_after},
                {"entries", std::move(entries)}};
    }

    std::string text() const {
        auto read = read_file(path_);
        return read ? *std::move(read) : "";
    }

    json::array files() const {
        std::vector<std::string> names;
        for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_))
            if (!entry.is_directory())
                names.push_back(entry.path().lexically_relative(folder_).string());
        std::sort(names.begin(), names.end());
        return array_of(names);
    }

    static void take_back(store::Database& database, int64_t number) {
        const auto made =
            database.journal()->revisions({.after = number - 1, .until = number, .texts = true});
        if (!made || made->empty()) return;
        const auto back = store::reversed(made->front().entries);
        (void)database.commit(
            [&](nodes::Registry& registry) { return store::apply_changes(registry, back); },
            store::Form::Keep,
            {{}, number, back});
    }

    std::string folder_;
    std::string path_;
};

}  // namespace

int main() {
    std::string folder;
    while (std::getline(std::cin, folder))
        std::cout << json::serialize(Restart(folder).play()) << std::endl;
}
