// SPDX-License-Identifier: BSD-3-Clause
//
// A server on loopback that reads one request after another and answers with bytes of the test's.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "fetch/wire.h"
#include "support/catch.h"

namespace ww::test {

/// A connection is answered by the next list of answers; "close" ends it.
class Server {
   public:
    using Connections = std::vector<std::vector<std::string>>;

    explicit Server(Connections connections) : listener_(::socket(AF_INET, SOCK_STREAM, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        // reinterpret_cast: what the calls ask for.
        auto* const raw = reinterpret_cast<sockaddr*>(&address);
        REQUIRE(::bind(listener_.get(), raw, size) == 0);
        REQUIRE(::listen(listener_.get(), 8) == 0);
        ::getsockname(listener_.get(), raw, &size);
        port_ = ntohs(address.sin_port);
        thread_ = std::thread([this, all = std::move(connections)] {
            for (const auto& answers : all) serve(answers);
        });
    }
    ~Server() {
        ::shutdown(listener_.get(), SHUT_RDWR);
        thread_.join();
    }
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    uint16_t port() const { return port_; }
    fetch::Url url() const {
        return *fetch::parse_url("http://127.0.0.1:" + std::to_string(port_));
    }
    /// Start line, fields and body of each; after the end of the connections.
    const std::vector<std::string>& requests() {
        thread_.join();
        thread_ = std::thread([] {});
        return requests_;
    }

   private:
    void serve(const std::vector<std::string>& answers) {
        fetch::Wire wire{UniqueFd(::accept(listener_.get(), nullptr, nullptr))};
        if (wire.fd() < 0) return;
        for (const std::string& answer : answers) {
            const auto head = wire.read_head();
            if (!head || !*head) return;
            std::string text = (*head)->start_line;
            for (const auto& [name, value] : (*head)->fields) text += "|" + name + ":" + value;
            const auto body = wire.read_body(**head);
            requests_.push_back(text + "|" + (body ? *body : "?"));
            if (answer.empty() || !wire.write(answer)) return;
        }
    }

    UniqueFd listener_;
    uint16_t port_ = 0;
    std::thread thread_;
    std::vector<std::string> requests_;
};

}  // namespace ww::test
