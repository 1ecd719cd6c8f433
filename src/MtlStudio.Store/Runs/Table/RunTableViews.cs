using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using MtlStudio.Core.Runs;

namespace MtlStudio.Store;

/// <summary>The tables of runs that were saved under a name.</summary>
public sealed class RunTableViews(StoreWriter writer, IDbContextFactory<StudioContext> contexts, TimeProvider clock)
{
    private const int LongestName = 100, MostViews = 200;

    /// <summary>All of them, by name.</summary>
    public async Task<IReadOnlyList<RunTableView>> AllAsync(CancellationToken cancellation = default)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        var views = await context.RunTableViews.AsNoTracking().ToListAsync(cancellation);
        return [.. views.OrderBy(view => view.Name, StringComparer.OrdinalIgnoreCase)];
    }

    public async Task<RunTableView?> FindAsync(long id, CancellationToken cancellation = default)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        return await context.RunTableViews.AsNoTracking().SingleOrDefaultAsync(view => view.Id == id, cancellation);
    }

    /// <exception cref="InvalidInputException">The name is taken or out of range, or the state cannot be shown.</exception>
    public Task<RunTableView> CreateAsync(string name, RunTableState state, bool isDefault = false, CancellationToken cancellation = default) => writer.WriteAsync(async context =>
    {
        if (await context.RunTableViews.CountAsync(CancellationToken.None) >= MostViews) throw new InvalidInputException("name", $"There are {MostViews} views already: delete one first");
        var view = context.RunTableViews.Add(new() { CreatedAt = clock.GetUtcNow() }).Entity;
        await SetAsync(context, view, name, state, isDefault);
        return view;
    }, cancellation);

    /// <summary>Changes what is given; null leaves it. Null where there is no such view.</summary>
    /// <exception cref="InvalidInputException">As <see cref="CreateAsync"/>.</exception>
    public Task<RunTableView?> ChangeAsync(long id, string? name = null, RunTableState? state = null, bool? isDefault = null, CancellationToken cancellation = default) => writer.WriteAsync(async context =>
    {
        if (await context.RunTableViews.SingleOrDefaultAsync(row => row.Id == id, CancellationToken.None) is not { } view) return null;
        await SetAsync(context, view, name, state, isDefault);
        return view;
    }, cancellation);

    /// <summary>False where there is no such view.</summary>
    public Task<bool> DeleteAsync(long id, CancellationToken cancellation = default) =>
        writer.WriteAsync(async context => await context.RunTableViews.Where(view => view.Id == id).ExecuteDeleteAsync(CancellationToken.None) > 0, cancellation);

    /// <summary>What a view shows.</summary>
    public static RunTableState StateOf(RunTableView view) => JsonSerializer.Deserialize<RunTableState>(view.StateJson, WireJson.Compact) ?? new();

    private async Task SetAsync(StudioContext context, RunTableView view, string? name, RunTableState? state, bool? isDefault)
    {
        var errors = new List<FieldError>();
        name = name?.Trim();
        if (name is { Length: 0 or > LongestName }) errors.Add(new("name", $"Name must have 1 to {LongestName} characters (you gave {name.Length})"));
        else if (name is not null && await context.RunTableViews.AnyAsync(other => other.Id != view.Id && other.Name == name, CancellationToken.None))
            errors.Add(new("name", $"There is a view \"{name}\" already: choose another name, or change that one"));
        if (state is not null) errors.AddRange(Faults(state));
        if (errors.Count > 0) throw new InvalidInputException(errors);
        view.Name = name ?? view.Name;
        if (state is not null) view.StateJson = JsonSerializer.Serialize(state, WireJson.Compact);
        view.UpdatedAt = clock.GetUtcNow();
        if (isDefault is not { } chosen) return;
        foreach (var other in await context.RunTableViews.Where(other => other.IsDefault).ToListAsync(CancellationToken.None)) other.IsDefault = false;
        view.IsDefault = chosen;
    }

    private IEnumerable<FieldError> Faults(RunTableState state)
    {
        RunFilterParser.TryParse(state.Filter, clock.GetUtcNow(), out var fault);
        if (fault is not null) yield return new("state.filter", fault.ToString());
        foreach (var (field, names) in new[] { ("columns", state.Columns), ("sort", state.Sort), ("group", state.Group) })
        {
            if (names?.Count > RunTableReader.MaxColumns) yield return new($"state.{field}", $"At most {RunTableReader.MaxColumns} columns (you gave {names.Count})");
            for (var i = 0; i < names?.Count; i++)
                if (RunColumn.TryParse(field == "sort" ? names[i].TrimStart('-') : names[i]) is null)
                    yield return new($"state.{field}[{i}]", $"\"{names[i]}\" can be no column: write a field, a spec's path or metric(task, name)");
        }
        if (state.Chart?.Length > 200) yield return new("state.chart", $"A series' name has at most 200 characters (you gave {state.Chart.Length})");
        if (state.Pinned is < 0 or > 20) yield return new("state.pinned", $"Pinned must be 0 to 20 (you gave {state.Pinned})");
    }
}
