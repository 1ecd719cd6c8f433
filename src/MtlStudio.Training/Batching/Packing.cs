namespace MtlStudio.Training.Batching;

/// <summary>Lays examples of uneven length into rows of one length.</summary>
public static class Packing
{
    /// <summary>Rows that are still open when an example looks for room; more pack tighter and mix less.</summary>
    private const int Open = 32;

    /// <summary>First fit: each example goes into the oldest open row that has room for it. Rows come in the order they were begun.</summary>
    /// <param name="lengths">Of each example, at most <paramref name="rowLength"/>.</param>
    /// <returns>Indices of the examples by row.</returns>
    public static IReadOnlyList<IReadOnlyList<int>> Rows(IReadOnlyList<int> lengths, int rowLength)
    {
        var rows = new List<List<int>>();
        var open = new List<(int Row, int Room)>();
        for (var example = 0; example < lengths.Count; example++)
        {
            if (lengths[example] > rowLength) throw new ArgumentException($"example {example} has {lengths[example]} tokens and a row {rowLength}", nameof(lengths));
            var found = open.FindIndex(row => row.Room >= lengths[example]);
            if (found < 0)
            {
                if (open.Count == Open) open.RemoveAt(0);
                open.Add((rows.Count, rowLength));
                rows.Add([]);
                found = open.Count - 1;
            }
            rows[open[found].Row].Add(example);
            open[found] = (open[found].Row, open[found].Room - lengths[example]);
        }
        return rows;
    }

    /// <summary>Best fit decreasing: from the longest on, each example goes into the row with the least room that is enough; among
    /// equals the row that came to that room first. Fills rows tighter than first fit, and changes the order of examples.</summary>
    /// <param name="lengths">Of each example, at most <paramref name="rowLength"/>.</param>
    /// <returns>Indices of the examples by row, in the order the rows were begun.</returns>
    public static IReadOnlyList<IReadOnlyList<int>> BestFit(IReadOnlyList<int> lengths, int rowLength)
    {
        var rows = new List<List<int>>();
        var byRoom = new SortedDictionary<int, Queue<int>>();
        foreach (var example in Enumerable.Range(0, lengths.Count).OrderByDescending(i => lengths[i]))
        {
            if (lengths[example] > rowLength) throw new ArgumentException($"example {example} has {lengths[example]} tokens and a row {rowLength}", nameof(lengths));
            var room = byRoom.Keys.FirstOrDefault(left => left >= lengths[example], -1);
            if (room < 0)
            {
                rows.Add([]);
                Wait(rows.Count - 1, room = rowLength);
            }
            var row = byRoom[room].Dequeue();
            if (byRoom[room].Count == 0) byRoom.Remove(room);
            rows[row].Add(example);
            if (room > lengths[example]) Wait(row, room - lengths[example]);
        }
        return rows;

        void Wait(int row, int room)
        {
            if (!byRoom.TryGetValue(room, out var queue)) byRoom[room] = queue = new();
            queue.Enqueue(row);
        }
    }
}
