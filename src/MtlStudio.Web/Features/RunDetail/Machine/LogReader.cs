using Microsoft.EntityFrameworkCore;
using MtlStudio.Store;

namespace MtlStudio.Web.Features.RunDetail.Machine;

/// <summary>Reads the end of a run's log, and what lies before.</summary>
public sealed class LogReader(IDbContextFactory<StudioContext> contexts)
{
    /// <summary>The last lines of at least a level, the oldest first.</summary>
    /// <param name="level">"info" (all), "warning" or "error".</param>
    /// <param name="before">Only lines with a row number below it; null: up to the end.</param>
    public async Task<IReadOnlyList<LogLine>> LastAsync(long run, string level, int take, long? before = null, CancellationToken cancellation = default)
    {
        string[] levels = level switch { "error" => ["error"], "warning" => ["warning", "error"], _ => [] };
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        var lines = await context.LogLines.AsNoTracking()
            .Where(row => row.RunId == run && (levels.Length == 0 || levels.Contains(row.Level)) && (before == null || row.Id < before))
            .OrderByDescending(row => row.Id).Take(take).ToListAsync(cancellation);
        lines.Reverse();
        return lines;
    }
}
