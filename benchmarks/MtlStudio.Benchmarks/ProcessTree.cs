using System.Globalization;

namespace MtlStudio.Benchmarks;

/// <summary>This process and all that it started, as Linux counts them.</summary>
internal static class ProcessTree
{
    /// <summary>Of the kernel's clock ticks; Linux has had so many a second on every machine for long.</summary>
    private const double TicksASecond = 100;

    /// <summary>Seconds of processor time that all of them took, those that ended and were waited for included.</summary>
    public static double CpuSeconds()
    {
        var all = Directory.EnumerateDirectories("/proc").Select(folder => int.TryParse(Path.GetFileName(folder), out _) ? Read(folder) : null).OfType<Entry>().ToList();
        var children = all.ToLookup(entry => entry.Parent);
        var sum = 0.0;
        var open = new Stack<Entry>(all.Where(entry => entry.Id == Environment.ProcessId));
        while (open.TryPop(out var entry))
        {
            sum += entry.Ticks;
            foreach (var child in children[entry.Id]) open.Push(child);
        }
        return sum / TicksASecond;
    }

    private static Entry? Read(string folder)
    {
        try
        {
            // The name may hold blanks and brackets: what is wanted stands behind the last bracket, from field 3 on.
            var text = File.ReadAllText(Path.Combine(folder, "stat"));
            var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
            var ticks = Enumerable.Range(11, 4).Sum(i => double.Parse(fields[i], CultureInfo.InvariantCulture));
            return new(int.Parse(Path.GetFileName(folder), CultureInfo.InvariantCulture), int.Parse(fields[1], CultureInfo.InvariantCulture), ticks);
        }
        catch (IOException)
        {
            return null; // it ended meanwhile
        }
    }

    private sealed record Entry(int Id, int Parent, double Ticks);
}
