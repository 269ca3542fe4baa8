/// In which order an ``AsyncQueue`` gives its elements out.
public struct QueueOrder<Element> {
    enum Kind {
        case fifo, lifo
        case priority((Element, Element) -> Bool)
    }

    let kind: Kind

    /// First in, first out. Tornado: `Queue`.
    public static var fifo: QueueOrder { QueueOrder(kind: .fifo) }

    /// Last in, first out. Tornado: `LifoQueue`.
    public static var lifo: QueueOrder { QueueOrder(kind: .lifo) }

    /// Those first that precede others by the given rule, equal ones in the order they came. Tornado: `PriorityQueue`.
    public static func priority(by precedes: @escaping (Element, Element) -> Bool) -> QueueOrder {
        QueueOrder(kind: .priority(precedes))
    }
}

extension QueueOrder where Element: Comparable {
    /// The least element first, equal ones in the order they came. Tornado: `PriorityQueue`.
    public static var priority: QueueOrder { priority(by: <) }
}
