def acting_middleware(get_response):
    return get_response
