// SPDX-License-Identifier: BSD-3-Clause
//
// The small parts of the daemon: command line, file watch, site lock.
#include <fcntl.h>

#include <boost/asio/io_context.hpp>
#include <chrono>

#include "daemon/file_watch.h"
#include "daemon/options.h"
#include "daemon/site_lock.h"
#include "support/catch.h"
#include "support/temp_dir.h"

using namespace ww::daemon;

TEST_CASE("the command line", "[daemon][options]") {
    const auto main = parse_options(
        {"--warewulfconf", "/x/w.conf", "-d", "--limits=idle=5s", "--limits", "head=1s"});
    REQUIRE(main);
    CHECK(main->role == Role::Main);
    CHECK(main->config == "/x/w.conf");
    CHECK(main->level == ww::log::Level::Debug);
    CHECK(main->limits == std::vector<std::string>{"idle=5s", "head=1s"});
    CHECK(parse_options({"--warewulfconf=/y"})->config == "/y");
    const auto renders = parse_options(
        {"--limits=render_memory_bytes=10000000000", "--limits", "render_disk_bytes=7"});
    REQUIRE(renders);
    CHECK(renders->limits.empty());  // the front has nothing to do with them
    CHECK(renders->renders.memory_bytes == 10'000'000'000);
    CHECK(renders->renders.disk_bytes == 7);
    const auto front = parse_options({"--front", "3", "-q"});
    REQUIRE(front);
    CHECK(front->role == Role::Front);
    CHECK(front->fd == 3);
    CHECK(front->level == ww::log::Level::Warn);
    CHECK(parse_options({"--private", "5"})->role == Role::Private);
    CHECK(parse_options({"--help"})->role == Role::Help);
    CHECK(parse_options({"--version"})->role == Role::Version);
}

TEST_CASE("a command line that makes no sense is refused", "[daemon][options]") {
    const std::vector<std::vector<std::string>> bad = {{"--front"},
                                                       {"--front", "x"},
                                                       {"--front", "-1"},
                                                       {"--warewulfconf"},
                                                       {"--debug=1"},
                                                       {"serve"},
                                                       {"--limits", "idle"},
                                                       {"--limits=a=1s"},
                                                       {"--limits=render_nothing=1"},
                                                       {"--limits=render_disk_bytes"},
                                                       {"--limits=render_disk_bytes="},
                                                       {"--limits=render_disk_bytes=0"},
                                                       {"--limits=render_disk_bytes=1k"},
                                                       {"--nonsense"}};
    for (const auto& arguments : bad) {
        CAPTURE(arguments);
        const auto options = parse_options(arguments);
        REQUIRE_FALSE(options);
        CHECK(options.error().code() == ww::ErrorCode::InvalidArgument);
    }
}

TEST_CASE("a file that is written or replaced is noticed, others are not", "[daemon][watch]") {
    const ww::test::TempDir folder;
    const std::string path = folder / "nodes.conf";
    REQUIRE(ww::replace_file(path, "a"));
    boost::asio::io_context context;
    int changes = 0;
    FileWatch watch(context, path, [&] { ++changes; });
    REQUIRE(watch.start());
    const auto until = [&](int wanted) {
        const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(60);
        while (changes < wanted && std::chrono::steady_clock::now() < end)
            context.run_one_for(std::chrono::seconds(1));
        return changes == wanted;
    };
    REQUIRE(ww::replace_file(folder / "other", "x"));
    context.run_one();
    context.poll();
    CHECK(changes == 0);
    REQUIRE(ww::replace_file(path, "b"));
    CHECK(until(1));
    {
        ww::UniqueFd fd(::open(path.c_str(), O_WRONLY | O_TRUNC | O_CLOEXEC));
        REQUIRE(ww::write_all(fd.get(), "c", path));
    }
    CHECK(until(2));
    FileWatch nowhere(context, folder / "missing/nodes.conf", [] {});
    CHECK_FALSE(nowhere.start());
}

TEST_CASE("a site has one daemon", "[daemon][lock]") {
    const ww::test::TempDir folder;
    const std::string run = folder / "a/run";
    {
        auto first = lock_site(run);
        REQUIRE(first);
        const auto second = lock_site(run);
        REQUIRE_FALSE(second);
        CHECK(second.error().code() == ww::ErrorCode::FailedPrecondition);
        CHECK(second.error().message().find(std::to_string(::getpid())) != std::string::npos);
    }
    CHECK(lock_site(run));
}
