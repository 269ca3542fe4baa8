import Foundation

/// A JSON value as a test looks at it: numbers and booleans told apart, which Foundation's bridging does not.
public enum JSONValue: Decodable, Equatable, Sendable {
    case null
    case bool(Bool)
    case integer(Int)
    case number(Double)
    case string(String)
    case array([JSONValue])
    case object([String: JSONValue])

    /// Reads one JSON text.
    public init(_ text: some StringProtocol) throws {
        self = try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8))
    }

    /// For `JSONDecoder`.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .bool(value)
        } else if let value = try? container.decode(Int.self) {
            self = .integer(value)
        } else if let value = try? container.decode(Double.self) {
            self = .number(value)
        } else if let value = try? container.decode(String.self) {
            self = .string(value)
        } else if let value = try? container.decode([JSONValue].self) {
            self = .array(value)
        } else {
            self = .object(try container.decode([String: JSONValue].self))
        }
    }

    /// A member of an object; nil for anything else.
    public subscript(name: String) -> JSONValue? {
        if case .object(let members) = self { return members[name] }
        return nil
    }

    fileprivate var types: Set<String> {
        switch self {
        case .null: ["null"]
        case .bool: ["boolean"]
        case .integer: ["integer", "number"]
        case .number: ["number"]
        case .string: ["string"]
        case .array: ["array"]
        case .object: ["object"]
        }
    }

    fileprivate var double: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .number(let value): value
        default: nil
        }
    }

    fileprivate var strings: [String] {
        switch self {
        case .string(let value): [value]
        case .array(let values): values.flatMap(\.strings)
        default: []
        }
    }
}

/// The part of JSON Schema that the project's schemas use; a keyword that is not known here is an error, so that none
/// is overlooked.
public struct JSONSchema: Sendable {
    private let root: JSONValue

    /// Reads a schema.
    public init(_ text: String) throws {
        root = try JSONValue(text)
    }

    /// The members that a definition describes.
    public func properties(of definition: String) -> [String] {
        guard case .object(let members)? = root["$defs"]?[definition]?["properties"] else { return [] }
        return members.keys.sorted()
    }

    /// What is wrong with a value: nothing, or a line for each complaint.
    public func complaints(about value: JSONValue) -> [String] {
        complaints(about: value, by: root, at: "")
    }

    /// The same, by one of the schema's definitions.
    public func complaints(about value: JSONValue, by definition: String) -> [String] {
        guard let schema = root["$defs"]?[definition] else { return ["there is no definition '\(definition)'"] }
        return complaints(about: value, by: schema, at: "")
    }

    private func complaints(about value: JSONValue, by schema: JSONValue, at path: String) -> [String] {
        guard case .object(let keywords) = schema else {
            return schema == .bool(true) ? [] : ["\(path): not allowed"]
        }
        return keywords.flatMap { keyword, argument in
            check(value, keyword, argument, of: schema, at: path).map { $0.hasPrefix("/") ? $0 : "\(path): \($0)" }
        }
    }

    private func check(
        _ value: JSONValue, _ keyword: String, _ argument: JSONValue, of schema: JSONValue, at path: String
    ) -> [String] {
        switch (keyword, argument) {
        case ("description", _), ("title", _), ("$schema", _), ("$defs", _): return []
        case ("$ref", .string(let reference)):
            guard let name = reference.split(separator: "/").last, let target = root["$defs"]?[String(name)] else {
                return ["\(reference) leads nowhere"]
            }
            return complaints(about: value, by: target, at: path)
        case ("type", _):
            return value.types.isDisjoint(with: argument.strings) ? ["\(value) is not \(argument.strings)"] : []
        case ("const", _): return value == argument ? [] : ["\(value) is not \(argument)"]
        case ("enum", .array(let choices)): return choices.contains(value) ? [] : ["\(value) is none of \(choices)"]
        case ("anyOf", .array(let schemas)), ("oneOf", .array(let schemas)):
            let found = schemas.map { complaints(about: value, by: $0, at: path) }
            let count = found.count(where: \.isEmpty)
            if keyword == "oneOf" ? count == 1 : count > 0 { return [] }
            // The one that fits best says what is wrong.
            return found.min { $0.count < $1.count } ?? []
        case ("minimum", _): return value.double.map { $0 < argument.double! } == true ? ["\(value) is too small"] : []
        case ("maximum", _): return value.double.map { $0 > argument.double! } == true ? ["\(value) is too large"] : []
        case ("pattern", .string(let pattern)):
            guard case .string(let text) = value else { return [] }
            let matches = text.range(of: pattern, options: .regularExpression) != nil
            return matches ? [] : ["'\(text)' is not like \(pattern)"]
        case ("required", _):
            guard case .object(let members) = value else { return [] }
            return argument.strings.filter { members[$0] == nil }.map { "\($0) is missing" }
        case ("items", _):
            guard case .array(let values) = value else { return [] }
            return values.enumerated().flatMap { complaints(about: $1, by: argument, at: "\(path)/\($0)") }
        case ("properties", .object(let schemas)):
            guard case .object(let members) = value else { return [] }
            return members.flatMap { name, member in
                schemas[name].map { complaints(about: member, by: $0, at: "\(path)/\(name)") } ?? []
            }
        case ("additionalProperties", _):
            guard case .object(let members) = value else { return [] }
            let known: Set<String>
            if case .object(let properties)? = schema["properties"] { known = Set(properties.keys) } else { known = [] }
            return members.filter { !known.contains($0.key) }.flatMap { name, member in
                complaints(about: member, by: argument, at: "\(path)/\(name)")
            }
        default: return ["the keyword \(keyword) is not known here"]
        }
    }
}
