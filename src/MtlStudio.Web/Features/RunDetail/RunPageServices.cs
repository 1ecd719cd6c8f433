using MtlStudio.Web.Charts;
using MtlStudio.Web.Features.RunDetail.Balance;
using MtlStudio.Web.Features.RunDetail.Machine;
using MtlStudio.Web.Features.RunDetail.Overview;
using MtlStudio.Web.Layout;

namespace MtlStudio.Web.Features.RunDetail;

/// <summary>What the run's page reads by. Needs the store, the live feed and the run commands.</summary>
public static class RunPageServices
{
    public static IServiceCollection AddRunPage(this IServiceCollection services) => services.AddFirstReads()
        .AddSingleton<RunLoader>()
        .AddSingleton<DrawTurns>()
        .AddSingleton<CurveReader>()
        .AddSingleton<TaskRecentReader>()
        .AddSingleton<TaskCurveReader>()
        .AddSingleton<CosineReader>()
        .AddSingleton<LayerMapReader>()
        .AddSingleton<EffectReader>()
        .AddSingleton<LogReader>()
        .AddSingleton<TakenReader>()
        .AddScoped<BrowserClock>();
}
