using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using MtlStudio.Core.IO;
using MtlStudio.Store;
using MtlStudio.Web.Api;
using MtlStudio.Web.Supervision;

namespace MtlStudio.Web.Hosting;

/// <summary><c>/healthz/live</c>: the process answers. <c>/healthz/ready</c>: it can work, too.</summary>
internal static class StudioHealth
{
    private const string Ready = "ready";

    public static IServiceCollection AddStudioHealth(this IServiceCollection services)
    {
        services.AddHealthChecks().AddCheck<DatabaseHealth>("database", tags: [Ready]).AddCheck<DataFolderHealth>("data folder", tags: [Ready])
            .AddCheck<IngestionHealth>("ingestion", tags: [Ready]);
        return services;
    }

    public static void MapStudioHealth(this IEndpointRouteBuilder app)
    {
        app.MapHealthChecks("/healthz/live", new HealthCheckOptions { Predicate = _ => false, ResponseWriter = WriteAsync }).RequireAuthorization(StudioPolicies.Public);
        app.MapHealthChecks("/healthz/ready", new HealthCheckOptions { Predicate = check => check.Tags.Contains(Ready), ResponseWriter = WriteAsync }).RequireAuthorization(StudioPolicies.Public);
    }

    private static Task WriteAsync(HttpContext context, HealthReport report) => context.Response.WriteAsJsonAsync(new
    {
        status = report.Status.ToString().ToLowerInvariant(),
        checks = report.Entries.ToDictionary(entry => entry.Key, entry => entry.Value.Description ?? entry.Value.Status.ToString().ToLowerInvariant()),
    });

    private sealed class DatabaseHealth(StudioDatabase database, IDbContextFactory<StudioContext> contexts) : IHealthCheck
    {
        public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            if (!database.IsOpen) return HealthCheckResult.Unhealthy("The database is not open.");
            await using var store = await contexts.CreateDbContextAsync(cancellationToken);
            await store.Runs.AnyAsync(cancellationToken);
            return database.Check is { IsCompletedSuccessfully: true, Result.Faults.Count: > 0 }
                ? HealthCheckResult.Unhealthy("The database is damaged; the log says what to do.")
                : HealthCheckResult.Healthy();
        }
    }

    private sealed class IngestionHealth(ActiveRuns runs) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
            Task.FromResult(runs.All.FirstOrDefault(run => run.Trouble is not null) is { } run ? HealthCheckResult.Degraded($"Run {run.RunId}: {run.Trouble}") : HealthCheckResult.Healthy());
    }

    private sealed class DataFolderHealth(DataFolder folder) : IHealthCheck
    {
        private const long LeastFree = 256L << 20;

        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            var free = new DriveInfo(folder.Root).AvailableFreeSpace;
            return Task.FromResult(free < LeastFree
                ? HealthCheckResult.Degraded($"Only {Charts.Format.Bytes(free)} are free in the data folder.")
                : HealthCheckResult.Healthy());
        }
    }
}
