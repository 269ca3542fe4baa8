/// Header fields in the order they stand on the wire; names compare without case, and a name may repeat.
///
/// RFC 9110, section 5.
public struct HTTPHeaders: Sendable, Hashable, ExpressibleByDictionaryLiteral {
    /// One header field. Two are equal whatever the case of their names.
    public struct Field: Sendable, Hashable {
        /// The name as it was given.
        public let name: String
        /// The value, without surrounding white space.
        public let value: String

        /// Creates a field.
        public init(name: String, value: String) {
            self.name = name
            self.value = value
        }

        /// Compares names without case, values with.
        public static func == (left: Field, right: Field) -> Bool {
            left.name.equalsIgnoringCase(right.name) && left.value == right.value
        }

        /// Hashes what `==` compares.
        public func hash(into hasher: inout Hasher) {
            for byte in name.utf8 { hasher.combine(byte.asciiLowercase) }
            hasher.combine(value)
        }
    }

    /// All fields in order.
    public private(set) var fields: [Field] = []

    /// Creates headers without a field.
    public init() {}

    /// Creates headers from names and values.
    public init(dictionaryLiteral elements: (String, String)...) {
        fields = elements.map { Field(name: $0.0, value: $0.1) }
    }

    /// Creates headers from fields.
    public init(_ fields: [Field]) { self.fields = fields }

    /// The first value of a name. Setting it replaces all fields of that name. - Complexity: O(n).
    public subscript(name: String) -> String? {
        get { fields.first { $0.name.equalsIgnoringCase(name) }?.value }
        set {
            remove(name)
            if let newValue { add(name, newValue) }
        }
    }

    /// All values of a name, in order. - Complexity: O(n).
    public func values(_ name: String) -> [String] {
        fields.compactMap { $0.name.equalsIgnoringCase(name) ? $0.value : nil }
    }

    /// Adds a field and keeps those of the same name.
    public mutating func add(_ name: String, _ value: String) { fields.append(Field(name: name, value: value)) }

    /// Removes all fields of a name.
    public mutating func remove(_ name: String) { fields.removeAll { $0.name.equalsIgnoringCase(name) } }
}

extension HTTPHeaders: RandomAccessCollection {
    /// The place of the first field.
    public var startIndex: Int { fields.startIndex }
    /// The place behind the last field.
    public var endIndex: Int { fields.endIndex }
    /// The field at a place.
    public subscript(place: Int) -> Field { fields[place] }
}

extension StringProtocol {
    /// ASCII case folding only: header names and schemes are ASCII.
    func equalsIgnoringCase(_ other: String) -> Bool {
        utf8.count == other.utf8.count && zip(utf8, other.utf8).allSatisfy { $0.asciiLowercase == $1.asciiLowercase }
    }
}

extension UInt8 {
    var asciiLowercase: UInt8 { self >= UInt8(ascii: "A") && self <= UInt8(ascii: "Z") ? self | 32 : self }
}
