using System.Globalization;
using System.Text;
using Microsoft.EntityFrameworkCore;
using MtlStudio.Core.Runs;

namespace MtlStudio.Store;

/// <summary>Lays a run's spec out flat, so that tables sort and filter by any of its fields.</summary>
internal static class SpecColumns
{
    /// <summary>Longer texts (templates, lists of labels) are nothing that a table is sorted by.</summary>
    private const int MostCharacters = 200;

    /// <summary>A field that every spec has.</summary>
    public const string Always = "seed";

    /// <summary>Writes the values of a run that has none yet.</summary>
    public static async Task AddAsync(StudioContext context, long run, RunSpec spec)
    {
        var values = SpecValues.Of(spec).Where(value => value.Text.Length is > 0 and <= MostCharacters).DistinctBy(value => value.Field).ToList();
        var ids = await ColumnsAsync(context, [.. values.Select(value => value.Field)]);
        var sql = new StringBuilder("INSERT INTO run_value (column_id, run_id, number, text) VALUES ");
        var parameters = new List<object?>();
        foreach (var value in values)
        {
            double? number = double.TryParse(value.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var parsed) && double.IsFinite(parsed) ? parsed : null;
            sql.Append(parameters.Count == 0 ? "" : ", ").Append(CultureInfo.InvariantCulture, $"({{{parameters.Count}}}, {{{parameters.Count + 1}}}, {{{parameters.Count + 2}}}, {{{parameters.Count + 3}}})");
            parameters.AddRange([ids[value.Field], run, number, number is null ? value.Text : null]);
        }
        await context.Database.ExecuteSqlRawAsync(sql.ToString(), parameters!, CancellationToken.None);
    }

    private static async Task<Dictionary<string, long>> ColumnsAsync(StudioContext context, IReadOnlyList<string> keys)
    {
        var known = await ReadAsync();
        var fresh = keys.Where(key => !known.ContainsKey(key)).Select(key => new RunValueColumn { Source = RunValueSource.Spec, Key = key }).ToList();
        if (fresh.Count == 0) return known;
        context.RunValueColumns.AddRange(fresh);
        await context.SaveChangesAsync(CancellationToken.None);
        foreach (var column in fresh) known[column.Key] = column.Id;
        return known;

        Task<Dictionary<string, long>> ReadAsync() => context.RunValueColumns.AsNoTracking()
            .Where(column => column.Source == RunValueSource.Spec && keys.Contains(column.Key)).ToDictionaryAsync(column => column.Key, column => column.Id, CancellationToken.None);
    }
}
