namespace MtlStudio.Web.Staging;

internal static class StagingServices
{
    public static IServiceCollection AddStaging(this IServiceCollection services) =>
        services.AddSingleton<StagedUploads>().AddSingleton<StartMaker>().AddSingleton<StartJobs>();
}
