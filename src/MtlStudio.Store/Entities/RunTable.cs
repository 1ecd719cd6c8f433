using Microsoft.EntityFrameworkCore;

namespace MtlStudio.Store;

/// <summary>What the values of a <see cref="RunValueColumn"/> are of.</summary>
public enum RunValueSource
{
    /// <summary>A field of the spec; the key is its path.</summary>
    Spec,
    /// <summary>The last score on validation; the key is "task/metric", "task" for the primary metric.</summary>
    Validation,
    /// <summary>The score on test, keyed alike.</summary>
    Test,
}

/// <summary>A name that runs have values under; its number stands in for it in <see cref="RunValue"/>.</summary>
public sealed class RunValueColumn
{
    public long Id { get; set; }
    public RunValueSource Source { get; set; }
    public string Key { get; set; } = "";
}

/// <summary>
/// One value of one run, laid out flat so that tables sort and filter by it. A spec's are written with the run, a score's with the
/// evaluation that gave it.
/// </summary>
public sealed class RunValue
{
    public long ColumnId { get; set; }
    public long RunId { get; set; }
    /// <summary>Null where it is no finite number.</summary>
    public double? Number { get; set; }
    /// <summary>Null where <see cref="Number"/> says it.</summary>
    public string? Text { get; set; }
}

/// <summary>A table of runs as someone saved it: which runs, which columns, in which order.</summary>
public sealed class RunTableView
{
    public long Id { get; set; }
    public string Name { get; set; } = "";
    /// <summary>A <see cref="RunTableState"/> as JSON.</summary>
    public string StateJson { get; set; } = "{}";
    /// <summary>The one that the page opens with; at most one.</summary>
    public bool IsDefault { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset UpdatedAt { get; set; }
}

internal static class RunTableModel
{
    public static void Configure(ModelBuilder model)
    {
        model.Entity<RunValueColumn>().HasIndex(column => new { column.Source, column.Key }).IsUnique();
        model.Entity<RunValue>(value =>
        {
            // A column's values lie together: a table reads few columns of many runs.
            value.HasKey(v => new { v.ColumnId, v.RunId });
            value.HasOne<RunValueColumn>().WithMany().HasForeignKey(v => v.ColumnId);
            value.HasOne<Run>().WithMany().HasForeignKey(v => v.RunId);
        });
        model.Entity<RunTableView>().HasIndex(view => view.Name).IsUnique();
    }
}
