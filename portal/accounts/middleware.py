def staff_door(get_response):
    return get_response
