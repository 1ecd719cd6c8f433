using Microsoft.Extensions.DependencyInjection.Extensions;
using MtlStudio.Web.Charts;
using MtlStudio.Web.Features.Compare.Curves;
using MtlStudio.Web.Features.Compare.Report;
using MtlStudio.Web.Features.Compare.Samples;
using MtlStudio.Web.Layout;

namespace MtlStudio.Web.Features.Compare;

/// <summary>What the compare page reads by. Needs the store, the judge, the run commands and the live feed.</summary>
public static class CompareServices
{
    public static IServiceCollection AddComparePage(this IServiceCollection services)
    {
        services.TryAddSingleton<CurveReader>();
        services.TryAddScoped<BrowserClock>();
        return services.AddFirstReads().AddSingleton<CompareLoader>().AddSingleton<CompareCurveReader>().AddSingleton<SampleReader>().AddSingleton<CompareReport>();
    }
}
