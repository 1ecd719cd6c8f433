using System.Globalization;

namespace MtlStudio.Benchmarks;

/// <summary>This process and all that it started, as Linux counts them.</summary>
internal static class ProcessTree
{
    /// <summary>Of the kernel's clock ticks; Linux has had so many a second on every machine for long.</summary>
    private const double TicksASecond = 100;

    /// <summary>Seconds of processor time that all of them took, those that ended and were waited for included.</summary>
    public static double CpuSeconds() => Family(All()).Sum(entry => entry.Ticks) / TicksASecond;

    /// <summary>Seconds of processor time by what a process is: "browser" (Chromium, all its processes), "studio" and "trainer", those of a data folder.</summary>
    public static IReadOnlyDictionary<string, double> CpuSecondsByKind(string data)
    {
        var all = All();
        var family = Family(all).Select(entry => entry.Id).ToHashSet();
        // A trainer outlives its studio and need not be a child of it: its command line names the folder.
        return all.Select(entry => (Kind: KindOf(entry, family, data), entry.Ticks)).Where(one => one.Kind is not null)
            .GroupBy(one => one.Kind!).ToDictionary(group => group.Key, group => group.Sum(one => one.Ticks) / TicksASecond);
    }

    private static string? KindOf(Entry entry, HashSet<int> family, string data)
    {
        var command = Command(entry.Id);
        if (family.Contains(entry.Id) && command.Split(' ')[0].Contains("chrom", StringComparison.Ordinal)) return "browser";
        if (!command.Contains(data, StringComparison.Ordinal)) return null;
        return command.Contains("MtlStudio.Web.dll", StringComparison.Ordinal) ? "studio" : command.Contains("--spec", StringComparison.Ordinal) ? "trainer" : null;
    }

    private static List<Entry> All() => [.. Directory.EnumerateDirectories("/proc").Select(folder => int.TryParse(Path.GetFileName(folder), out _) ? Read(folder) : null).OfType<Entry>()];

    private static IEnumerable<Entry> Family(IReadOnlyList<Entry> all)
    {
        var children = all.ToLookup(entry => entry.Parent);
        var open = new Stack<Entry>(all.Where(entry => entry.Id == Environment.ProcessId));
        while (open.TryPop(out var entry))
        {
            yield return entry;
            foreach (var child in children[entry.Id]) open.Push(child);
        }
    }

    private static string Command(int id)
    {
        try
        {
            return File.ReadAllText($"/proc/{id}/cmdline").Replace('\0', ' ');
        }
        catch (IOException)
        {
            return ""; // it ended meanwhile
        }
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
