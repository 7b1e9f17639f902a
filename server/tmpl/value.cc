// SPDX-License-Identifier: BSD-3-Clause
#include "tmpl/value.h"

#include <cstring>
#include <new>

#include "base/check.h"
#include "tmpl/dict.h"
#include "tmpl/view.h"

namespace ww::tmpl {
namespace {

/// Text with its characters behind it in the same block.
class Text final : public Object {
   public:
    static Text* create(std::string_view from) {
        void* block = ::operator new(sizeof(Text) + from.size());
        Text* text = new (block) Text(from.size());
        std::memcpy(text->characters(), from.data(), from.size());
        return text;
    }
    char* characters() { return reinterpret_cast<char*>(this + 1); }

   private:
    explicit Text(size_t size) : size_(size) { live_bytes += charge(); }
    std::ptrdiff_t charge() const { return static_cast<std::ptrdiff_t>(sizeof(Text) + size_); }
    void destroy() override {
        live_bytes -= charge();
        this->~Text();
        ::operator delete(this);
    }

    size_t size_;
};

class Array final : public Object {
   public:
    explicit Array(std::vector<Value> from) : items(std::move(from)) { live_bytes += charge(); }
    ~Array() override { live_bytes -= charge(); }

    std::vector<Value> items;

   private:
    std::ptrdiff_t charge() const {
        return static_cast<std::ptrdiff_t>(sizeof(Array) + items.capacity() * sizeof(Value));
    }
};

}  // namespace

const StructView kPlainStruct;

Value StructView::field(const void* self, Type type, size_t index) const {
    return type.info().fields[index].get(self);
}

Value StructView::method(const void*, Type type, size_t index, Call& call) const {
    return type.info().methods[index].run(call);
}

// ---- Making values ----

Value Value::nil() {
    Value value;
    value.type_ = types::kAny;
    return value;
}

Value Value::nil_of(Type type) {
    Value value;
    value.type_ = type;
    value.flags_ = kNil;
    return value;
}

Value Value::boolean(bool truth) {
    Value value;
    value.type_ = types::kBool;
    value.integer_ = truth;
    return value;
}

Value Value::integer(int64_t number) { return integer(types::kInt, number); }

Value Value::integer(Type type, int64_t number) {
    Value value;
    value.type_ = type;
    value.integer_ = number;
    return value;
}

Value Value::unsigned_integer(Type type, uint64_t number) {
    return integer(type, static_cast<int64_t>(number));
}

Value Value::floating(double number) { return floating(types::kFloat64, number); }

Value Value::floating(Type type, double number) {
    Value value;
    value.type_ = type;
    value.real_ = number;
    return value;
}

Value Value::complex(double real, double imaginary) {
    Value value = floating(types::kComplex128, real);
    value.imaginary_ = imaginary;
    return value;
}

Value Value::time(const golib::Time& time) {
    Value value = integer(types::kTime, time.seconds);
    value.size_ = time.nanoseconds;
    value.zone_ = time.zone;
    return value;
}

Value Value::duration(int64_t nanoseconds) { return integer(types::kDuration, nanoseconds); }

Value Value::text(std::string_view text, Type type) {
    Value value;
    value.type_ = type;
    value.size_ = static_cast<uint32_t>(text.size());
    value.text_ = text.data();
    return value;
}

Value Value::string(std::string_view from, Type type) {
    if (from.empty()) return text({}, type);
    Text* copy = Text::create(from);
    Value value = text({copy->characters(), from.size()}, type);
    value.flags_ = kOwned;
    value.owner_ = copy;
    copy->retain();
    return value;
}

Value Value::part(const Value& whole, std::string_view part) {
    Value value = whole;
    value.flags_ &= ~(kBoxed | kAddressable);
    value.text_ = part.data();
    value.size_ = static_cast<uint32_t>(part.size());
    return value;
}

Value Value::error(std::string_view message) { return string(message, types::kErrorString); }

Value Value::list(Type type, std::vector<Value> elements) {
    Value value;
    value.type_ = type;
    if (elements.empty()) return value;
    Array* array = new Array(std::move(elements));
    array->retain();
    value.flags_ = kOwned;
    value.size_ = static_cast<uint32_t>(array->items.size());
    value.elements_ = array->items.data();
    value.owner_ = array;
    return value;
}

Value Value::dict(const Ref<Dict>& dict) {
    Value value;
    value.type_ = dict->type();
    value.flags_ = kOwned;
    value.address_ = dict.get();
    value.owner_ = dict.get();
    value.owner_->retain();
    return value;
}

Value Value::sublist(const Value& list, size_t begin, size_t end) {
    WW_CHECK(begin <= end && end <= list.capacity(), "a sublist lies within its list");
    if (list.is_bytes()) return part(list, {list.text_ + begin, end - begin});
    if (list.flags_ & kOwned || list.length() == 0) {
        Value value = list;
        value.flags_ &= ~(kBoxed | kAddressable);
        value.elements_ += begin;
        value.size_ = static_cast<uint32_t>(end - begin);
        return value;
    }
    std::vector<Value> elements;
    for (size_t index = begin; index < end; ++index) elements.push_back(list.at(index));
    return Value::list(list.type_, std::move(elements));
}

Value Value::list_view(Type type, const ListView* view, const void* self) {
    Value value;
    value.type_ = type;
    value.address_ = self;
    value.list_view_ = view;
    return value;
}

Value Value::map_view(Type type, const MapView* view, const void* self) {
    Value value;
    value.type_ = type;
    value.address_ = self;
    value.map_view_ = view;
    return value;
}

Value Value::struct_view(Type type, const void* self, const StructView* view) {
    if (!self) return nil_of(type);
    Value value;
    value.type_ = type;
    value.address_ = self;
    value.struct_view_ = view ? view : &kPlainStruct;
    return value;
}

Value Value::struct_of(Type type, const Ref<Object>& owner, const void* self) {
    Value value;
    value.type_ = type;
    value.flags_ = kOwned;
    value.address_ = self;
    value.owner_ = owner.get();
    value.owner_->retain();
    return value;
}

Value Value::pointer(const bool* to) {
    Value value = nil_of(types::kBoolPointer);
    if (to != nullptr) value.flags_ = 0;
    value.address_ = to;
    return value;
}

Value Value::pointer(const int64_t* to) {
    Value value = nil_of(types::kIntPointer);
    if (to) value.flags_ = 0;
    value.address_ = to;
    return value;
}

Value Value::pointer(const std::string* to) {
    Value value = nil_of(types::kStringPointer);
    if (to) value.flags_ = 0;
    value.address_ = to;
    return value;
}

// ---- What it is ----

bool Value::is_nil() const {
    return kind() == Kind::Invalid || kind() == Kind::Interface || (flags_ & kNil);
}

void Value::mark_boxed() {
    const bool holds_something = is_valid() && kind() != Kind::Interface;
    if (holds_something) flags_ = (flags_ & ~kAddressable) | kBoxed;
}

Value Value::as_boxed() const {
    Value value = *this;
    value.mark_boxed();
    return value;
}

Value Value::as_type(Type type) const {
    Value value = *this;
    value.type_ = type;
    return value;
}

Value Value::as_addressable() const {
    Value value = *this;
    value.flags_ |= kAddressable;
    return value;
}

Value Value::unboxed() const {
    Value value = *this;
    value.unbox();
    return value;
}

golib::Time Value::as_time() const { return {integer_, size_, zone_}; }

Value Value::pointee() const {
    const Type to = type_.element();
    switch (to.kind()) {
        case Kind::Bool:
            return boolean(*static_cast<const bool*>(address_)).as_addressable();
        case Kind::Int:
            return integer(*static_cast<const int64_t*>(address_)).as_addressable();
        case Kind::String:
            return text(*static_cast<const std::string*>(address_), to).as_addressable();
        default:
            break;
    }
    Value value = *this;
    value.type_ = to;
    value.flags_ = (flags_ & kOwned) | kAddressable;
    return value;
}

// ---- Reading containers ----

bool Value::is_bytes() const {
    return kind() == Kind::Slice && type_.element().kind() == Kind::Uint8;
}

size_t Value::length() const {
    if (kind() == Kind::Map) {
        if (flags_ & kNil) return 0;
        if (flags_ & kOwned) return static_cast<const Dict*>(address_)->size();
        return map_view_ ? map_view_->size(address_) : 0;
    }
    if (kind() == Kind::Slice && !(flags_ & kOwned) && !is_bytes() && list_view_)
        return list_view_->size(address_);
    return size_;
}

size_t Value::capacity() const {
    if (!(flags_ & kOwned) || is_bytes()) return length();
    const auto& items = static_cast<const Array*>(owner_)->items;
    return static_cast<size_t>(items.data() + items.size() - elements_);
}

Value Value::at(size_t index) const {
    const Type element = type_.element();
    if (element.kind() == Kind::Uint8 && kind() == Kind::Slice)
        return unsigned_integer(element, static_cast<unsigned char>(text_[index]));
    Value value = flags_ & kOwned ? elements_[index] : list_view_->at(address_, index);
    if (element.kind() == Kind::Interface)
        value.mark_boxed();
    else
        value.flags_ |= kAddressable;
    return value;
}

Value Value::find(const Value& key) const {
    if (flags_ & kNil) return {};
    Value value;
    if (flags_ & kOwned) {
        if (const Value* found = static_cast<const Dict*>(address_)->find(key)) value = *found;
    } else if (map_view_) {
        value = map_view_->find(address_, key);
    }
    if (type_.element().kind() == Kind::Interface) value.mark_boxed();
    return value;
}

Value Value::find(std::string_view key) const {
    if ((flags_ & (kOwned | kNil)) != kOwned) return find(text(key));
    const Value* found = static_cast<const Dict*>(address_)->find(key);
    if (!found) return {};
    Value value = *found;
    if (type_.element().kind() == Kind::Interface) value.mark_boxed();
    return value;
}

Entries Value::entries() const {
    Entries all;
    if (flags_ & kNil) return all;
    if (flags_ & kOwned) {
        const Dict& dict = *static_cast<const Dict*>(address_);
        all.reserve(dict.size());
        for (const auto& [key, element] : dict) all.push_back({key, element});
    } else if (map_view_) {
        all = map_view_->entries(address_);
    }
    const bool boxed_keys = type_.key().kind() == Kind::Interface;
    const bool boxed_elements = type_.element().kind() == Kind::Interface;
    if (boxed_keys || boxed_elements) {
        for (Entry& entry : all) {
            if (boxed_keys) entry.key.mark_boxed();
            if (boxed_elements) entry.element.mark_boxed();
        }
    }
    return all;
}

Dict* Value::mutable_dict() const {
    if (kind() != Kind::Map || !(flags_ & kOwned)) return nullptr;
    return static_cast<Dict*>(owner_);
}

Value* Value::mutable_elements() const {
    if (kind() != Kind::Slice || !(flags_ & kOwned) || is_bytes()) return nullptr;
    return const_cast<Value*>(elements_);
}

// ---- Structs ----

const StructView& Value::struct_reader() const {
    return flags_ & kOwned ? kPlainStruct : *struct_view_;
}

Value Value::field(size_t index) const {
    const bool behind_pointer = kind() == Kind::Pointer;
    const Type type = behind_pointer ? type_.element() : type_;
    Value value = struct_reader().field(address_, type, index);
    const Type declared = type.info().fields[index].type;
    if (declared.kind() == Kind::Interface)
        value.mark_boxed();
    else if (behind_pointer || addressable())
        value.flags_ |= kAddressable;
    return value;
}

}  // namespace ww::tmpl
