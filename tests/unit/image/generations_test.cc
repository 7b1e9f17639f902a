// SPDX-License-Identifier: BSD-3-Clause
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "archive/gunzip.h"
#include "content/incoming.h"
#include "image/build.h"
#include "image/generations/booted.h"
#include "image/generations/gc.h"
#include "image/generations/history_file.h"
#include "image/generations/image_ref.h"
#include "image/generations/rollback.h"
#include "image/generations/served.h"
#include "image/import.h"
#include "image/record.h"
#include "unit/image/site.h"

using namespace ww;
using namespace ww::image;

namespace {

struct Kept {
    Site site;
    std::string content = site.dir / "content";
    Images images{site.images.chroots(), site.dir / "provision", content};

    /// Builds with this in the tree.
    BuildResult build(const std::string& text) const {
        site.put("os/rootfs/text", text);
        const auto built = build_image(
            images,
            "os",
            {.force = true, .origin = {.author = "anna", .reason = "because of " + text}});
        INFO((built ? "" : built.error().describe()));
        REQUIRE(built);
        return *built;
    }
    Generation roll_back(std::optional<uint64_t> number = std::nullopt) const {
        const auto back = image::roll_back(images, "os", {.generation = number});
        INFO((back ? "" : back.error().describe()));
        REQUIRE(back);
        return *back;
    }
    History history() const { return read_history(content, "os").value(); }
    std::vector<uint64_t> numbers() const {
        std::vector<uint64_t> all;
        for (const Generation& each : history().generations) all.push_back(each.number);
        return all;
    }
    uint64_t served() const {
        const History all = history();
        const Generation* now = image::served(images, "os", all);
        return now == nullptr ? 0 : now->number;
    }
    /// Both served files are whole, belong together and hold this.
    bool serves(const std::string& text) const {
        const std::string plain = read_file(images.built("os")).value();
        const auto packed = read_file(images.compressed("os")).value();
        return archive::gunzip(packed, plain.size()).value() == plain &&
               plain.find(text) != std::string::npos;
    }
    size_t blobs() const { return ConfinedDir::open(content)->list("sha256").size(); }
    GcOutcome collect(GcOptions options) const {
        options.grace = std::chrono::seconds(0);
        return collect_garbage(images, options).value();
    }
};

struct stat stat_of(const std::string& path) {
    struct stat status{};
    REQUIRE(::stat(path.c_str(), &status) == 0);
    return status;
}

}  // namespace

TEST_CASE("what was built is kept, with who and why, and shares its bytes with what is served") {
    const Kept kept;
    REQUIRE(kept.build("one").generation == 1);
    const History history = kept.history();
    REQUIRE(history.generations.size() == 1);
    const Generation& first = history.generations[0];
    REQUIRE(first.author == "anna");
    REQUIRE(first.reason == "because of one");
    REQUIRE(first.size == static_cast<uint64_t>(stat_of(kept.images.built("os")).st_size));
    const struct stat packed = stat_of(kept.images.compressed("os"));
    REQUIRE(first.compressed_size == static_cast<uint64_t>(packed.st_size));
    REQUIRE(packed.st_nlink == 2);
    REQUIRE(kept.served() == 1);
    REQUIRE((stat_of(kept.content + "/generations/os.json").st_mode & 0777) == 0600);
}

TEST_CASE("the same bytes are the same generation, however often they are built") {
    const Kept kept;
    kept.build("one");
    // In the tree, "text" gets a new time.
    const int64_t before = kept.history().generations[0].tree_ns;
    const auto again = build_image(kept.images, "os", {.force = true}).value();
    REQUIRE(again.generation == 1);
    REQUIRE(kept.numbers() == std::vector<uint64_t>{1});
    REQUIRE(kept.history().generations[0].tree_ns > before);
    REQUIRE(kept.history().generations[0].author == "anna");
    REQUIRE(kept.served() == 1);
    REQUIRE(kept.blobs() == 1);
}

TEST_CASE("an earlier generation is served again, and the next build leaves it") {
    const Kept kept;
    kept.build("one");
    kept.build("two");
    kept.build("three");
    REQUIRE(kept.numbers() == std::vector<uint64_t>{1, 2, 3});
    const UniqueFd downloading(::open(kept.images.compressed("os").c_str(), O_RDONLY | O_CLOEXEC));
    const std::string third = read_file(kept.images.compressed("os")).value();

    REQUIRE(kept.roll_back().number == 2);
    REQUIRE(kept.serves("two"));
    REQUIRE(kept.served() == 2);
    REQUIRE(stat_of(kept.images.compressed("os")).st_nlink == 2);
    REQUIRE(kept.roll_back().number == 1);
    REQUIRE(kept.serves("one"));
    REQUIRE(roll_back(kept.images, "os").error().code() == ErrorCode::FailedPrecondition);
    REQUIRE(kept.roll_back(3).number == 3);
    REQUIRE(kept.serves("three"));
    REQUIRE(kept.roll_back(1).number == 1);
    // Who began before goes on with what he began.
    REQUIRE(read_fd(downloading.get(), "download").value() == third);

    const auto unknown = roll_back(kept.images, "os", {.generation = 7});
    REQUIRE(unknown.error().code() == ErrorCode::NotFound);
    REQUIRE(unknown.error().hint() == "it has 1, 2, 3");

    // The tree is that of the third, and a build without force sees that.
    REQUIRE_FALSE(is_current(kept.images, "os").value());
    REQUIRE(build_image(kept.images, "os")->generation == 3);
    REQUIRE(kept.serves("three"));
    REQUIRE(kept.served() == 3);
}

TEST_CASE("a damaged generation is not served, and what is served stays") {
    const Kept kept;
    kept.build("one");
    kept.build("two");
    const std::string blob = kept.content + "/sha256/" + kept.history().generations[0].digest.hex();
    std::string bytes = read_file(blob).value();
    for (const size_t at : {size_t{3}, bytes.size() / 2, bytes.size() - 1}) {
        std::string damaged = bytes;
        damaged[at] = static_cast<char>(damaged[at] ^ 1);
        REQUIRE(replace_file(blob, damaged));
        const auto back = roll_back(kept.images, "os");
        REQUIRE(back.error().code() == ErrorCode::Unprocessable);
        REQUIRE(kept.serves("two"));
    }
    REQUIRE(replace_file(blob, bytes.substr(0, bytes.size() - 4)));
    REQUIRE(roll_back(kept.images, "os").error().code() == ErrorCode::Unprocessable);
    REQUIRE(::unlink(blob.c_str()) == 0);
    REQUIRE(roll_back(kept.images, "os").error().code() == ErrorCode::NotFound);
    REQUIRE(kept.serves("two"));
    REQUIRE(ConfinedDir::open(kept.images.built_folder())->list(".").size() == 2);
}

TEST_CASE("without its folder the store begins anew, and builds do not mind") {
    const Kept kept;
    kept.build("one");
    REQUIRE(remove_tree(kept.content));
    REQUIRE(kept.serves("one"));
    REQUIRE(kept.build("two").generation == 1);
    // A history that cannot be read is moved aside.
    REQUIRE(replace_file(kept.content + "/generations/os.json", "{"));
    REQUIRE(kept.build("three").generation == 1);
    REQUIRE(exists(kept.content + "/generations/os.json.set-aside"));
    // Where nothing can be kept, what is built is served all the same.
    REQUIRE(remove_tree(kept.content));
    REQUIRE(replace_file(kept.content, "in the way"));
    REQUIRE(kept.build("four").generation == 0);
    REQUIRE(kept.serves("four"));
}

TEST_CASE("a history follows its image") {
    const Kept kept;
    kept.build("one");
    kept.build("two");
    REQUIRE(rename_image(kept.images, "os", "new"));
    REQUIRE(read_history(kept.content, "new")->generations.size() == 2);
    REQUIRE(kept.numbers().empty());
    REQUIRE(roll_back(kept.images, "new", {.generation = 1})->number == 1);
    REQUIRE(read_file(kept.images.built("new"))->find("one") != std::string::npos);
    REQUIRE(delete_image(kept.images, "new"));
    REQUIRE(read_history(kept.content, "new")->generations.empty());
    REQUIRE(kept.collect({}).collected.removed == 2);
}

TEST_CASE("collecting leaves the newest, the served and the needed ones") {
    const Kept kept;
    for (const char* text : {"one", "two", "three", "four", "five", "six"}) kept.build(text);
    kept.roll_back(1);
    const auto needed = [](const Variant& tree) {
        return tree == Variant("os") ? std::set<uint64_t>{3, 99} : std::set<uint64_t>();
    };
    const GcOutcome would = kept.collect({.newest = 2, .needed = needed, .dry_run = true});
    REQUIRE(kept.numbers() == std::vector<uint64_t>{1, 2, 3, 4, 5, 6});
    REQUIRE(kept.blobs() == 6);
    const GcOutcome outcome = kept.collect({.newest = 2, .needed = needed});
    REQUIRE(would.forgotten == outcome.forgotten);
    REQUIRE(would.collected.removed == outcome.collected.removed);
    REQUIRE(would.collected.freed == outcome.collected.freed);
    REQUIRE(would.collected.freed > 0);
    REQUIRE(kept.numbers() == std::vector<uint64_t>{1, 3, 5, 6});
    REQUIRE(outcome.forgotten.size() == 1);
    REQUIRE(outcome.forgotten[0].second == std::vector<uint64_t>{2, 4});
    REQUIRE(outcome.collected.removed == 2);
    REQUIRE(kept.blobs() == 4);
    REQUIRE(kept.collect({.newest = 100}).forgotten.empty());
    kept.collect({.newest = 0});
    REQUIRE(kept.numbers() == std::vector<uint64_t>{1});
    // Numbers are not given again.
    REQUIRE(kept.build("seven").generation == 7);
    // A history that cannot be read may name anything.
    REQUIRE(replace_file(kept.content + "/generations/other.json", "{"));
    REQUIRE(kept.collect({}).collected.removed == 0);  // there is no such image: it goes
    REQUIRE(replace_file(kept.content + "/generations/os.json", "{"));
    REQUIRE_FALSE(collect_garbage(kept.images, {.dry_run = true}));
    REQUIRE_FALSE(collect_garbage(kept.images, {.grace = std::chrono::seconds(0)}));
    REQUIRE(kept.blobs() == 2);
}

TEST_CASE("collecting leaves what imports brought") {
    const Kept kept;
    kept.build("one");
    const auto store = content::Store::open(kept.content).value();
    const content::Digest digest = content::Digest::of("a layer");
    {
        content::Incoming layer = content::Incoming::create(store).value();
        REQUIRE(layer.write("a layer"));
        REQUIRE(layer.commit());
    }
    Record record;
    record.blobs = {digest};
    REQUIRE(write_record(record_path(kept.images, "os"), record));
    REQUIRE(kept.collect({}).collected.removed == 0);
    REQUIRE(store.has(digest));
    REQUIRE(::unlink(record_path(kept.images, "os").c_str()) == 0);
    REQUIRE(kept.collect({}).collected.removed == 1);
    REQUIRE_FALSE(store.has(digest));
}

TEST_CASE("kernels are kept with the image that has their modules") {
    const Kept kept;
    kept.site.put("os/rootfs/boot/vmlinuz-6.1.0-1-amd64", "kernel 1");
    kept.site.put("os/rootfs/boot/initrd.img-6.1.0-1-amd64", "initrd 1");
    kept.site.link("nowhere", "os/rootfs/boot/vmlinuz-9.9.9");
    kept.build("one");
    REQUIRE(::unlink((kept.images.rootfs("os") + "/boot/vmlinuz-6.1.0-1-amd64").c_str()) == 0);
    kept.site.put("os/rootfs/boot/vmlinuz-6.1.0-2-amd64", "kernel 2");
    kept.build("two");
    const ServedGenerations serving(kept.images);
    REQUIRE_FALSE(serving.of("os", std::nullopt)->frozen);
    REQUIRE(serving.of("os", std::nullopt)->generation->number == 2);

    const auto check_first = [&](const Serving& first) {
        REQUIRE(first.frozen);
        REQUIRE(first.generation->number == 1);
        REQUIRE(first.generation->kernels.size() == 1);
        REQUIRE(first.generation->kernels[0].path == "/boot/vmlinuz-6.1.0-1-amd64");
        const UniqueFd kernel = serving.open(first.generation->kernels[0].digest).value();
        REQUIRE(read_fd(kernel.get(), "kernel").value() == "kernel 1");
        REQUIRE(first.generation->initramfs.size() == 1);
    };
    check_first(serving.of("os", 1).value());
    REQUIRE(serving.of("os", 2)->frozen);  // a pin is a pin
    REQUIRE(serving.of("os", 3).error().code() == ErrorCode::NotFound);
    REQUIRE(serving.of("none", 1).error().code() == ErrorCode::NotFound);
    REQUIRE(serving.of("none", std::nullopt)->generation == nullptr);
    kept.roll_back();
    check_first(serving.of("os", std::nullopt).value());
}

TEST_CASE("what somebody else put in the place of the built files is no generation") {
    const Kept kept;
    kept.build("one");
    REQUIRE(replace_file(kept.images.compressed("os"), "upstream's"));
    REQUIRE(kept.served() == 0);
    const Serving serving = ServedGenerations(kept.images).of("os", std::nullopt).value();
    REQUIRE(serving.generation == nullptr);
    REQUIRE_FALSE(serving.frozen);
    REQUIRE(kept.roll_back().number == 1);
}

TEST_CASE("a history reads back as it was written, or not at all") {
    const Kept kept;
    kept.site.put("os/rootfs/boot/vmlinuz-6.1.0-1-amd64", "kernel");
    kept.build("one");
    kept.build("two");
    const std::string text = history_text(kept.history());
    REQUIRE(history_text(parse_history(text).value()) == text);
    const std::pair<std::string, std::string> changes[] = {
        {"\"format\":1", "\"format\":2"},
        {"\"next\":3", "\"next\":2"},
        {"\"number\":2", "\"number\":1"},
        {"\"size\":", "\"size\":-"},
        {"\"sha256:", "\"sha512:"},
        {"\"author\":\"anna\"", "\"author\":7"},
        {"\"kernels\":[", "\"kernels\":[7,"},
        {"\"built\":", "\"bulit\":"},
        {"}", "]"},
    };
    for (const auto& [from, to] : changes) {
        INFO(from << " -> " << to);
        std::string changed = text;
        const size_t at = changed.find(from);
        REQUIRE(at != std::string::npos);
        changed.replace(at, from.size(), to);
        REQUIRE(parse_history(changed).error().code() == ErrorCode::Unprocessable);
    }
    for (size_t length = 0; length + 1 < text.size(); ++length)
        REQUIRE_FALSE(parse_history(text.substr(0, length)));
}

TEST_CASE("a name may end in a generation") {
    REQUIRE(ImageRef::from("rocky@7") == ImageRef{"rocky", 7});
    REQUIRE(ImageRef::from("rocky@7").text() == "rocky@7");
    for (const char* text : {"rocky",
                             "rocky@",
                             "rocky@0",
                             "rocky@07",
                             "rocky@7x",
                             "rocky@-1",
                             "rocky@aarch64",
                             "rocky@99999999999999999999",
                             ""}) {
        INFO(text);
        REQUIRE(ImageRef::from(text) == ImageRef{text, std::nullopt});
    }
}

TEST_CASE("what nodes were sent last is remembered") {
    const Kept kept;
    kept.build("one");
    Booted booted(kept.content);
    booted.record("n1", {"os", 1});
    booted.record("n1", {"os", 1});
    booted.record("n2", {Variant("os", Architecture::Aarch64), 4});
    booted.record("../n3", {"os", 1});
    booted.record("", {"os", 1});
    booted.record("n1", {"os", 2});
    std::map<std::string, BootedGeneration> expected{
        {"n1", {"os", 2}}, {"n2", {Variant("os", Architecture::Aarch64), 4}}};
    REQUIRE(read_booted(kept.content) == expected);
    REQUIRE(forget_booted(kept.content, "n1"));
    expected.erase("n1");
    REQUIRE(read_booted(kept.content) == expected);
    REQUIRE(read_booted(kept.content + "/none").empty());
}

TEST_CASE("who is killed while he builds or goes back leaves one generation served, whole") {
    const Kept kept;
    kept.site.put("os/rootfs/filler", std::string(300'000, 'f'));
    kept.build("one");
    kept.build("two");
    for (int round = 0; round < 16; ++round) {
        const pid_t child = ::fork();
        if (child == 0) {
            for (;;) {
                if (!image::roll_back(kept.images, "os", {.generation = 1})) ::_exit(1);
                if (!build_image(kept.images, "os", {.force = true})) ::_exit(1);
            }
        }
        // Where it is by then differs from round to round; each lasts a few milliseconds.
        ::usleep(static_cast<useconds_t>(3000 + round * 4100));  // lint: sleep, the kill's moment
        REQUIRE(::kill(child, SIGKILL) == 0);
        int status = 0;
        REQUIRE(::waitpid(child, &status, 0) == child);
        REQUIRE(WIFSIGNALED(status));
        // gz goes into place first: between the two renames they differ, as with any build.
        const std::string packed = read_file(kept.images.compressed("os")).value();
        const std::string unpacked = archive::gunzip(packed, 2'000'000).value();
        REQUIRE((unpacked.find("one") != std::string::npos ||
                 unpacked.find("two") != std::string::npos));
        REQUIRE(kept.served() != 0);
        REQUIRE(kept.numbers() == std::vector<uint64_t>{1, 2});
        for (const Generation& each : kept.history().generations) {
            const auto store = content::Store::open(kept.content).value();
            REQUIRE(store.open_verified(each.digest));
        }
    }
    REQUIRE(build_image(kept.images, "os", {.force = true})->generation == 2);
    kept.collect({});
    REQUIRE(ConfinedDir::open(kept.content)->list("incoming").empty());
    REQUIRE(ConfinedDir::open(kept.images.built_folder())->list(".").size() == 2);
    REQUIRE(kept.blobs() == 2);
}
