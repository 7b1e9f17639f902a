// SPDX-License-Identifier: BSD-3-Clause
#include "http/turns.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <memory>
#include <string>

#include "support/catch.h"

using namespace ww::http;

namespace {

struct Loop {
    asio::io_context context;
    Socket socket{context.get_executor()};
    std::string order;

    Task<void> body(char name, int parts) {
        for (int i = 0; i < parts; ++i) {
            co_await Turns::of(socket).take();
            order += name;
        }
    }
    Task<void> small_answers(int count) {
        for (int i = 0; i < count; ++i) {
            co_await asio::post(context.get_executor(), use_task);
            order += '.';
        }
    }
    Task<void> holder(std::shared_ptr<int> /*held*/) { co_await Turns::of(socket).take(); }
    void spawn(Task<void> task) {
        asio::co_spawn(context.get_executor(), std::move(task), asio::detached);
    }
};

}  // namespace

TEST_CASE("bodies go on one after the other, in turn", "[http][turns]") {
    Loop loop;
    loop.spawn(loop.body('a', 3));
    loop.spawn(loop.body('b', 1));
    loop.spawn(loop.body('c', 2));
    loop.context.run();
    CHECK(loop.order == "abcaca");
}

TEST_CASE("what is ready comes between any two parts of bodies", "[http][turns]") {
    Loop loop;
    for (const char name : {'a', 'b', 'c', 'd', 'e'}) loop.spawn(loop.body(name, 4));
    loop.spawn(loop.small_answers(20));
    loop.context.run();
    REQUIRE(loop.order.size() == 40);
    for (size_t i = 0; i + 1 < loop.order.rfind('.'); ++i)
        CHECK((loop.order[i] == '.' || loop.order[i + 1] == '.'));
}

TEST_CASE("who still waits when the loop goes away is forgotten", "[http][turns]") {
    auto loop = std::make_unique<Loop>();
    const auto held = std::make_shared<int>(0);
    loop->spawn(loop->holder(held));
    loop->context.poll_one();  // begins, and waits
    CHECK(held.use_count() == 2);
    loop.reset();
    CHECK(held.use_count() == 1);
}
