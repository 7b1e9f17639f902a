// SPDX-License-Identifier: BSD-3-Clause
//
// Object: the counted memory behind values that a template made (strings, lists, dicts). The count
// is not atomic: such values belong to one thread at a time. Data of the caller is never an Object;
// values point at it (view.h).
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>

namespace ww::tmpl {

class Object {
   public:
    Object() = default;
    Object(const Object&) = delete;
    Object& operator=(const Object&) = delete;
    virtual ~Object() = default;

    void retain() { ++references_; }
    void release() {
        if (--references_ == 0) destroy();
    }
    bool unique() const { return references_ == 1; }

   protected:
    virtual void destroy();

   private:
    uint32_t references_ = 0;
};

/// Owning pointer to an Object.
template <class T>
class Ref {
   public:
    Ref() = default;
    explicit Ref(T* object) : object_(object) {
        if (object_) object_->retain();
    }
    Ref(const Ref& other) : Ref(other.object_) {}
    Ref(Ref&& other) noexcept : object_(std::exchange(other.object_, nullptr)) {}
    Ref& operator=(Ref other) noexcept {
        std::swap(object_, other.object_);
        return *this;
    }
    ~Ref() {
        if (object_) object_->release();
    }

    T* get() const { return object_; }
    T* operator->() const { return object_; }
    T& operator*() const { return *object_; }
    explicit operator bool() const { return object_ != nullptr; }

   private:
    T* object_ = nullptr;
};

/// Bytes that the living values made on this thread hold. Only differences mean something: a run
/// measures from its start.
inline constinit thread_local std::ptrdiff_t live_bytes = 0;

}  // namespace ww::tmpl
