namespace MtlStudio.Web.Features.NewRun;

/// <summary>What the page of a new run works with.</summary>
public static class NewRunServices
{
    public static IServiceCollection AddNewRunPage(this IServiceCollection services)
    {
        services.AddSingleton<LaunchDesk>();
        services.AddSingleton<FormStarts>();
        services.AddSingleton<FormLibraryReader>();
        services.AddScoped<DraftKeeper>();
        return services;
    }
}
