using System.Data.Common;
using MtlStudio.Core.Catalog;
using MtlStudio.Core.Runs;

namespace MtlStudio.Store;

/// <summary>Refuses filters that name what neither a run nor the catalog knows: they would find nothing, in silence.</summary>
public static class FilterNames
{
    private static readonly HashSet<string> Catalog = [.. SpecFields.All.Select(field => field.Name), .. SpecFields.All.Where(field => field.Method is not null).Select(field => $"{field.Name}.name")];

    /// <exception cref="InvalidInputException"/>
    internal static void Check(RunTableQuery query, DbConnection connection, DbTransaction transaction)
    {
        var sorts = query.Sort.Select(sort => sort.Column).Concat(query.Group).ToList();
        if (sorts.Concat(query.Filter?.Columns ?? []).All(column => column.Kind == RunColumnKind.Field)) return;
        var names = RunColumnNames.Read(connection, transaction);
        if (query.Filter is { } filter && Find(filter, names) is { } fault) throw fault.ToException();
        var unknown = sorts.Where(column => column.Kind == RunColumnKind.Spec).Select(column => Complaint(column, names)).OfType<string>().Distinct().ToList();
        if (unknown.Count > 0) throw new InvalidInputException([.. unknown.Select(complaint => new FieldError("sort", complaint))]);
    }

    /// <summary>The first name that is unknown, with the one that was meant perhaps.</summary>
    public static FilterFault? Find(FilterNode filter, RunColumnNames names)
    {
        foreach (var node in filter.All)
            foreach (var column in node is AllOf or AnyOf or NotOf ? [] : node.Columns)
                if (Complaint(column, names) is { } complaint) return new(node.Place.At, node.Place.Length, complaint);
        return null;
    }

    private static string? Complaint(RunColumn column, RunColumnNames names)
    {
        switch (column.Kind)
        {
            case RunColumnKind.Spec when !names.Spec.Contains(column.Name) && !Catalog.Contains(SpecValues.CatalogPath(column.Name)) && !column.Name.Contains(".options.", StringComparison.Ordinal):
                return $"There is no column \"{column.Name}\"{Meant(column.Name, RunFields.All.Select(field => field.Name).Concat(names.Spec))}";
            case RunColumnKind.Delta or RunColumnKind.Verdict:
                return names.Deltas.Count == 0 || names.Deltas.ContainsKey(column.Name) ? null : $"No run was compared on a task \"{column.Name}\"{Meant(column.Name, names.Deltas.Keys)}";
            case RunColumnKind.Metric or RunColumnKind.Test:
                var tasks = column.Kind == RunColumnKind.Test ? names.Tests : names.Metrics;
                // Before the first evaluation nothing can be told apart.
                if (tasks.Count == 0) return null;
                if (!tasks.TryGetValue(column.Name, out var metrics)) return $"No run was scored on a task \"{column.Name}\"{Meant(column.Name, tasks.Keys)}";
                return column.Metric is { } metric && !metrics.Contains(metric) ? $"{column.Name} has no metric \"{metric}\": {string.Join(", ", metrics)} were expected" : null;
            default:
                return null;
        }
    }

    private static string Meant(string name, IEnumerable<string> known) =>
        known.Select(word => (word, Distance: Distance(name.ToLowerInvariant(), word.ToLowerInvariant()))).OrderBy(pair => pair.Distance).FirstOrDefault() is { word: not null } nearest && nearest.Distance <= 1 + name.Length / 4
            ? $": did you mean {nearest.word}?" : "";

    /// <summary>Levenshtein's distance.</summary>
    private static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
                (diagonal, row[j]) = (row[j], Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)));
        }
        return row[b.Length];
    }
}
