// SPDX-License-Identifier: BSD-3-Clause
#include "daemon/link/pipe_stream.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/posix/basic_stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <cerrno>
#include <optional>
#include <utility>

namespace ww::daemon {

namespace {

using Descriptor = asio::posix::basic_stream_descriptor<http::Executor>;

constexpr size_t kPieceBytes = 16 << 10;

// The main process's side. On the context's thread, but for where pieces come from.
class Pump : public std::enable_shared_from_this<Pump> {
   public:
    Pump(asio::io_context& context,
         UniqueFd end,
         std::unique_ptr<http::BodySource> source,
         std::function<void()> done)
        : context_(context),
          end_(context.get_executor(), end.release()),
          source_(std::move(source)),
          done_(std::move(done)) {}

    void start(std::stop_token gone) {
        // The reader's end of it closed is an error of ours.
        end_.async_wait(Descriptor::wait_error, [self = shared_from_this()](const auto& error) {
            if (!error) self->finish();
        });
        next();
        gone_.emplace(std::move(gone), TellGone{weak_from_this()});
    }

   private:
    struct TellGone {
        std::weak_ptr<Pump> pump;
        void operator()() const {
            const auto self = pump.lock();
            if (!self) return;
            asio::post(self->context_, [self] {
                if (self->source_) self->source_->hung_up();
            });
        }
    };

    void next() {
        source_->next([self = shared_from_this()](std::string piece) {
            asio::post(self->context_, [self, piece = std::move(piece)]() mutable {
                self->write(std::move(piece));
            });
        });
    }

    void write(std::string piece) {
        if (!source_) return;
        if (piece.empty()) return finish();
        piece_ = std::move(piece);
        asio::async_write(
            end_, asio::buffer(piece_), [self = shared_from_this()](const auto& error, size_t) {
                if (error) return self->finish();
                if (self->source_) self->next();
            });
    }

    void finish() {
        if (!source_) return;
        source_.reset();
        http::error_code ignored;
        end_.close(ignored);
        std::exchange(done_, {})();
    }

    asio::io_context& context_;
    Descriptor end_;
    std::unique_ptr<http::BodySource> source_;  // null: over
    std::function<void()> done_;
    std::string piece_;
    std::optional<std::stop_callback<TellGone>> gone_;
};

// The front's side.
class PipeSource final : public http::BodySource {
   public:
    PipeSource(asio::io_context& context, UniqueFd end, std::function<void()> hung_up)
        : state_(std::make_shared<State>(context, std::move(end))), hung_up_(std::move(hung_up)) {}
    ~PipeSource() override {
        asio::post(state_->context, [state = state_] {
            http::error_code ignored;
            state->end.close(ignored);
        });
    }

    void next(std::function<void(std::string)> ready) override {
        asio::post(state_->context, [state = state_, ready = std::move(ready)]() mutable {
            state->read(std::move(ready));
        });
    }
    void hung_up() override { hung_up_(); }

   private:
    struct State : std::enable_shared_from_this<State> {
        State(asio::io_context& io, UniqueFd fd) : context(io), end(io, fd.release()) {}

        void read(std::function<void(std::string)> ready) {
            if (!end.is_open()) return ready({});
            end.async_read_some(
                asio::buffer(buffer),
                [self = shared_from_this(), ready = std::move(ready)](const auto& error,
                                                                      size_t got) {
                    ready(error ? std::string() : std::string(self->buffer.data(), got));
                });
        }

        asio::io_context& context;
        Descriptor end;
        std::array<char, kPieceBytes> buffer{};
    };

    const std::shared_ptr<State> state_;
    const std::function<void()> hung_up_;
};

}  // namespace

Result<UniqueFd> pour_into_pipe(asio::io_context& context,
                                std::unique_ptr<http::BodySource> source,
                                std::stop_token gone,
                                std::function<void()> done) {
    int fds[2];
    if (::pipe2(fds, O_CLOEXEC | O_NONBLOCK) != 0) return Error::from_errno(errno, "pipe");
    UniqueFd read_end(fds[0]);
    const auto pump =
        std::make_shared<Pump>(context, UniqueFd(fds[1]), std::move(source), std::move(done));
    asio::post(context, [pump, gone = std::move(gone)] { pump->start(gone); });
    return read_end;
}

std::unique_ptr<http::BodySource> pipe_source(asio::io_context& context,
                                              UniqueFd end,
                                              std::function<void()> hung_up) {
    return std::make_unique<PipeSource>(context, std::move(end), std::move(hung_up));
}

}  // namespace ww::daemon
