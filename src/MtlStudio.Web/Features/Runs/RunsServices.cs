using MtlStudio.Web.Layout;

namespace MtlStudio.Web.Features.Runs;

/// <summary>What the page of runs reads and acts by.</summary>
public static class RunsServices
{
    public static IServiceCollection AddRunsPage(this IServiceCollection services) => services.AddFirstReads().AddSingleton<RunsLoader>().AddSingleton<RunBulk>();
}
